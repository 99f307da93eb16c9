import { Component, define, wordsOf } from "../../../dash-runtime/client/element.js";
import { showTree } from "../../../dash-runtime/client/tree.js";

/** @import { TreeNode } from "../../../dash-runtime/client/tree.js" */

/** What stays in action while a dialog is open. */
const KEPT = ".dd-header, .dd-dock, .dd-alarm-bar, #dd-status, .dd-toasts, script";

/**
 * A panel over the page. It is not modal for the browser, because that would also cover the bar, the alarms and STOP.
 */
class Floating extends Component {
  /** What waits below the panel. @type {Element[]} */
  #waiting = [];
  /** What had the focus before. @type {Element | null} */
  #before = null;

  mount() {
    const [cancel, confirm] = this.#acts;
    cancel?.addEventListener("click", () => this.#close());
    confirm?.addEventListener("click", () => {
      this.send("confirm", null);
      this.#close();
    });
    this.addEventListener("keydown", (event) => {
      // A question or a list inside of it closes first.
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      this.#close();
    });
    this.update("open", this.props.open);
  }

  disconnectedCallback() {
    this.#release();
    super.disconnectedCallback();
  }

  get #panel() {
    return /** @type {HTMLElement} */ (this.firstElementChild);
  }

  get #acts() {
    return [...this.querySelectorAll(":scope > .dd-floating > .dd-floating-acts > button")];
  }

  #close() {
    this.#hide();
    this.send("open", false);
  }

  #show() {
    const panel = this.#panel;
    if (panel.matches(":popover-open")) return;
    this.#before = document.activeElement;
    // It begins below the alarms.
    const alarms = document.querySelector(".dd-alarm-bar")?.getBoundingClientRect().bottom ?? 0;
    if (alarms > 0 && alarms < innerHeight / 2) panel.style.setProperty("--dd-top", `${alarms}px`);
    panel.setAttribute("data-open", "");
    panel.showPopover();
    this.#hold();
    const first = this.#acts[0];
    if (first instanceof HTMLElement) first.focus();
  }

  /** Everything beside the way from the panel up to the page waits. */
  #hold() {
    for (
      let at = /** @type {Element} */ (this);
      at !== document.body && at.parentElement;
      at = at.parentElement
    ) {
      for (const beside of at.parentElement.children) {
        if (beside === at || beside.matches(KEPT) || beside.hasAttribute("inert")) continue;
        beside.setAttribute("inert", "");
        this.#waiting.push(beside);
      }
    }
  }

  #release() {
    for (const element of this.#waiting) element.removeAttribute("inert");
    this.#waiting = [];
  }

  #hide() {
    const panel = this.#panel;
    panel.removeAttribute("data-open");
    if (!panel.matches(":popover-open")) return;
    const had = panel.contains(document.activeElement);
    panel.hidePopover();
    this.#release();
    // Whoever has gone to STOP in the meantime stays there.
    if ((had || document.activeElement === document.body) && this.#before instanceof HTMLElement)
      this.#before.focus();
    this.#before = null;
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  update(name, value) {
    const [cancel, confirm] = this.#acts;
    const { confirm_label: act, cancel_label: back } = this.props;
    if (name === "open") {
      if (value) this.#show();
      else this.#hide();
    } else if (name === "children") {
      const body = this.querySelector(".dd-floating-body");
      if (body) showTree(body, /** @type {TreeNode[]} */ (value));
    } else if (name === "title") {
      const title = this.querySelector(".dd-floating-title");
      if (title) title.textContent = value || wordsOf(this);
    } else if (cancel && confirm instanceof HTMLElement) {
      confirm.textContent = act;
      confirm.hidden = !act;
      confirm.dataset.tone = this.props.tone;
      cancel.textContent = back || (act ? "Cancel" : "Close");
    }
  }
}

/** `<dd-dialog>`: a question or a form over the page. */
export class DdDialog extends Floating {}

/** `<dd-drawer>`: a panel over one side of the page. */
export class DdDrawer extends Floating {}

define("dd-dialog", DdDialog);
define("dd-drawer", DdDrawer);
