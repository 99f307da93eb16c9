import { Component, define } from "../../../dash-runtime/client/element.js";

/** The cookie with the choice. The server reads it (page.rs), so that the first paint has the theme. */
const THEME_COOKIE = "dash-theme";
/** For how long a browser keeps the choice, in seconds. Browsers keep no cookie for longer than 400 days. */
const THEME_TIME = 400 * 24 * 3600;

/** `<dd-theme-switch>`: light, dark, as the system, or for a dark room. */
export class DdThemeSwitch extends Component {
  mount() {
    const choices = [...this.querySelectorAll("button")];
    const root = document.documentElement;
    const show = () => {
      const now = root.dataset.night === undefined ? (root.dataset.theme ?? "system") : "night";
      for (const choice of choices)
        choice.setAttribute("aria-pressed", String(choice.dataset.choice === now));
    };
    for (const choice of choices) {
      choice.addEventListener("click", () => {
        const theme = choice.dataset.choice ?? "system";
        const time = theme === "system" ? 0 : THEME_TIME;
        // biome-ignore lint/suspicious/noDocumentCookie: the other interface needs an encrypted page
        document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${time}; SameSite=Lax`;
        // The theme for a dark room changes what the dark one has, so that a page without it is dark. Charts draw again
        // when the theme is set.
        if (theme === "night") root.dataset.night = "";
        else delete root.dataset.night;
        if (theme === "system") delete root.dataset.theme;
        else root.dataset.theme = theme === "night" ? "dark" : theme;
        show();
      });
    }
    show();
  }
}

define("dd-theme-switch", DdThemeSwitch);
