//! Forged commands: each property that a dashboard has, as each role, in each way. What is expected is computed from what
//! the dashboard declares, as this file repeats it in a table.

use super::*;

#[components(role = Lab)]
struct Pump {
    #[needs(Lab::Operator)]
    rate: Slider,
    note: Input,
    #[sees(Lab::Admin)]
    serial: Input,
}

#[components(role = Lab, needs = Lab::Operator)]
struct Works {
    speed: Slider,
    #[needs(Lab::Guest)]
    remark: Input,
    #[needs(Lab::Guest)]
    open: Button,
    #[sees(Lab::Admin)]
    key: Input,
    #[sees(Lab::Operator)]
    #[needs(Lab::Admin)]
    limit: Slider,
    status: Text,
    drive: Control,
    #[under(drive)]
    lift: Slider,
    #[under(drive)]
    crane: Joystick,
    #[needs(Lab::Admin)]
    halt: Stop,
    #[under(halt)]
    belt: Slider,
    armed: Armed,
    #[under(armed)]
    laser: Switch,
    left: Pump,
    #[sees(Lab::Admin)]
    hidden: Pump,
    pair: [Pump; 2],
    #[needs(Lab::Admin)]
    pumps: Many<u32, Pump>,
    locked: Slider,
    #[private]
    #[needs(Lab::Guest)]
    own: Input,
}

#[callback_shared(on = Works::open.click, output = Works::status.text, needs = Lab::Admin)]
fn open() -> &'static str {
    "opened"
}

impl Dashboard for Works {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![open];
    fn stops(_: &()) -> Stops<Self> {
        Stops::new().on(Self::halt, || ())
    }

    fn layout(self) -> Element {
        let pump = |pump: Pump| row((pump.rate, pump.note, pump.serial));
        let pumps = self.pumps.rows([1]).each(|_, it| row((it.rate, it.note, it.serial)));
        let [first, second] = self.pair;
        page(
            "Works",
            (
                column((self.speed, self.remark, self.open, self.key, self.limit, self.status)),
                column((self.drive, self.lift, self.crane, self.halt, self.belt, self.armed, self.laser)),
                column((pump(self.left), pump(self.hidden), pump(first), pump(second), pumps)),
                column((self.locked.disabled(true), self.own)),
            ),
        )
    }
}

/// What the dashboard above declares: who sees a component or property, who may change it, and what stands against that
/// for who may. Of several lines for one property, the first counts. `press` is open to everybody, because it makes
/// something safe. `open` starts a callback with `needs = Lab::Admin`. The other events of a gate are in the order in which
/// they are sent.
const DECLARED: &str = "
    speed             guest     operator  applied
    remark            guest     guest     applied
    open              guest     admin     applied
    key               admin     operator  applied
    limit             operator  admin     applied
    status            guest     operator  applied
    lift              guest     operator  control
    crane             guest     operator  control
    belt              guest     operator  applied
    laser             guest     operator  disarmed
    left.rate         guest     operator  applied
    left.note         guest     operator  applied
    left.serial       admin     operator  applied
    hidden.rate       admin     operator  applied
    hidden.note       admin     operator  applied
    hidden.serial     admin     operator  applied
    pair[0].rate      guest     operator  applied
    pair[0].note      guest     operator  applied
    pair[0].serial    admin     operator  applied
    pair[1].rate      guest     operator  applied
    pair[1].note      guest     operator  applied
    pair[1].serial    admin     operator  applied
    pumps             guest     admin     applied
    pumps[1].rate     guest     admin     applied
    pumps[1].note     guest     admin     applied
    pumps[1].serial   admin     admin     applied
    pumps[*].rate     guest     admin     not_shown
    pumps[*].note     guest     admin     not_shown
    pumps[*].serial   admin     admin     not_shown
    locked            guest     operator  disabled
    own               guest     guest     private
    armed.acknowledge guest     operator  applied
    armed.arm         guest     operator  applied
    armed.disarm      guest     operator  applied
    armed             guest     operator  applied
    drive.give        guest     operator  state
    drive.keep        guest     operator  state
    drive.ask         guest     operator  applied
    drive.take        guest     admin     applied
    drive             guest     operator  applied
    halt.reset        guest     admin     applied
    halt.press        guest     guest     applied
    halt              guest     operator  applied
";

struct Declared {
    prop: &'static str,
    sees: usize,
    needs: usize,
    then: &'static str,
}

const ROLES: [&str; 3] = ["guest", "operator", "admin"];

static LINES: LazyLock<Vec<Declared>> = LazyLock::new(|| {
    let level = |role: &str| ROLES.iter().position(|other| *other == role).unwrap();
    let line = |line: &'static str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [prop, sees, needs, then] = words[..] else { panic!("{line}") };
        Declared { prop, sees: level(sees), needs: level(needs), then }
    };
    DECLARED.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
});

/// The line for this property.
fn line_of(prop: &str) -> usize {
    let is_it = |line: &Declared| {
        prop == line.prop || prop.rsplit_once('.').is_some_and(|(component, _)| component == line.prop)
    };
    LINES.iter().position(is_it).unwrap_or_else(|| panic!("{prop} is not in the table"))
}

/// What a role gets for a change of a property that everybody may send over the wire, or not.
fn expected(prop: &str, role: usize, writable: bool, way: Way) -> Vec<&'static str> {
    let line = &LINES[line_of(prop)];
    match line.then {
        _ if role < line.sees => vec!["unknown_property"],
        // The template of the rows has a number, but no name.
        "not_shown" if way != Way::Page => vec!["unknown_property"],
        // Nothing is said about who may change what nobody can change.
        _ if !writable => vec!["not_writable", "role"],
        _ if role < line.needs => vec!["role"],
        // A page has its own value.
        "private" if way == Way::Page => vec!["applied"],
        then => vec![then],
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Page,
    Request,
    Batch,
}

/// A property of the dashboard, as who sees everything gets it.
struct Prop {
    name: String,
    number: usize,
    writable: bool,
    is_event: bool,
    /// Whether each page has a value of its own.
    private: bool,
    value: serde_json::Value,
}

/// All properties: those of the page's table, with the templates of the rows, and those of each row.
async fn all_props(app: &Served, eve: &str) -> Vec<Prop> {
    let page = Page::of(get(app, "/", eve).await.text());
    let listed: serde_json::Value = serde_json::from_str(&get(app, "/api/props", eve).await.text()).unwrap();
    let listed = listed["props"].as_array().unwrap();
    let of_schema: serde_json::Value = serde_json::from_str(&get(app, "/schema.json", eve).await.text()).unwrap();
    let table = page.state["props"].as_array().unwrap().iter().enumerate().map(|(number, entry)| {
        let (id, name) = (entry[0].as_str().unwrap(), entry[1].as_str().unwrap());
        let schema = &of_schema["components"][id]["properties"][name];
        assert!(schema.is_object(), "{id}.{name} is not in the schema");
        let is_event = schema["kind"] == "event";
        let name = format!("{}.{name}", path_of(id));
        Prop {
            private: listed.iter().any(|prop| prop["name"] == *name && prop["private"] == true),
            name,
            number,
            writable: schema["writable"] == true,
            is_event,
            value: if is_event { payload(schema) } else { page.state["values"][number].clone() },
        }
    });
    let mut all: Vec<Prop> = table.collect();
    for prop in listed {
        let name = prop["name"].as_str().unwrap();
        if all.iter().all(|other| other.name != name) {
            assert!(name.starts_with("pumps[1]."), "{name} is in no page");
            let template = all.iter().find(|other| other.name == name.replace("[1]", "[*]")).unwrap();
            let (writable, is_event) = (template.writable, template.is_event);
            let value = if is_event { template.value.clone() } else { prop["value"].clone() };
            all.push(Prop { name: name.to_owned(), number: usize::MAX, writable, is_event, private: false, value });
        }
    }
    // Everybody may let go of it, whatever stands against holding it.
    all.iter_mut().filter(|prop| prop.name == "crane.value").for_each(|prop| prop.value = json!([0.5, 0.0]));
    // The events of gates come last, in the order of the table, because they change what is expected.
    all.sort_by_cached_key(|prop| (line_of(&prop.name), prop.is_event));
    all
}

/// A payload that an event with this schema takes.
fn payload(schema: &serde_json::Value) -> serde_json::Value {
    if schema["schema"]["type"] == "string" { json!("") } else { serde_json::Value::Null }
}

/// The path of a component with this id: `pair[0].rate` of `pair-0-rate`.
fn path_of(id: &str) -> String {
    let mut path = String::new();
    for part in id.split('-') {
        match part {
            part if part == "*" || part.parse::<u32>().is_ok() => path += &format!("[{part}]"),
            part if path.is_empty() => path += part,
            part => path += &format!(".{part}"),
        }
    }
    path
}

/// The outcome of a request that was answered with this.
fn outcome(response: &Response) -> String {
    let answer: serde_json::Value = serde_json::from_str(&response.text()).unwrap();
    match answer["refused"].as_array().map(Vec::as_slice) {
        Some([refused]) => refused["kind"].as_str().unwrap().to_owned(),
        Some(other) => panic!("{other:?}"),
        None => answer["kind"].as_str().or(answer["outcome"].as_str()).unwrap_or_else(|| panic!("{answer}")).to_owned(),
    }
}

async fn works(folder: &Folder) -> Served {
    write_users(folder, &[("gus", "guest"), ("ada", "operator"), ("eve", "admin")]);
    let many = limits(|limits| limits.commands_per_second = 10_000);
    Served::app(App::new::<Works>(()).unwrap().limits(many).users(folder.users())).await
}

#[tokio::test]
async fn forged_commands_for_every_property_get_what_the_declared_rights_say() {
    let mut seen = std::collections::BTreeSet::new();
    let folder = Folder::new("forged");
    let app = works(&folder).await;
    let props = all_props(&app, &log_in(&app, "eve").await).await;
    app.stop().await;
    for (role, name) in ["gus", "ada", "eve"].into_iter().enumerate() {
        for way in [Way::Page, Way::Request, Way::Batch] {
            // A new dashboard each time, because the events of gates change it.
            let folder = Folder::new(&format!("forged-{name}-{way:?}"));
            let app = works(&folder).await;
            let cookie = log_in(&app, name).await;
            let mut page = join(&app, &cookie).await;
            for prop in &props {
                let send = async |request: Request| {
                    outcome(&http::send(app.address, &request.header("Cookie", &cookie)).await)
                };
                let got = match way {
                    Way::Page if prop.number == usize::MAX => continue,
                    // Each number over the socket is quick. Each request is not.
                    Way::Request | Way::Batch if !prop.writable && !prop.name.ends_with(".label") => continue,
                    Way::Page => {
                        page.last += 1;
                        let frame = json!({ "n": page.last, "p": prop.number, "v": prop.value });
                        page.socket.say(frame.to_string()).await;
                        match page.outcome(page.last).await {
                            Outcome::Refused { kind, .. } => kind,
                            Outcome::Applied => "applied".to_owned(),
                            other => panic!("{}: {other:?}", prop.name),
                        }
                    }
                    Way::Request => {
                        let (component, name) = prop.name.rsplit_once('.').unwrap();
                        let method = if prop.is_event { "POST" } else { "PUT" };
                        send(Request::new(method, &format!("/api/props/{component}/{name}")).json(&prop.value)).await
                    }
                    Way::Batch => {
                        let batch = json!([{ "prop": prop.name, "value": prop.value }]);
                        send(Request::new("POST", "/api/batch").json(batch)).await
                    }
                };
                let may = expected(&prop.name, role, prop.writable, way);
                assert!(may.contains(&got.as_str()), "{name}, {way:?}, {}: {got} and not {may:?}", prop.name);
                seen.insert((way as usize, got));
            }
        }
    }
    // Each kind of answer has occurred in each way, so the table above says something.
    for way in 0..3 {
        for kind in ["applied", "role", "unknown_property", "not_writable", "control", "disarmed", "disabled", "state"]
        {
            assert!(seen.contains(&(way, kind.to_owned())), "{kind} in way {way}: {seen:?}");
        }
    }
}

#[tokio::test]
async fn each_property_is_read_by_exactly_who_sees_it() {
    let folder = Folder::new("forged-reads");
    let app = works(&folder).await;
    let eve = log_in(&app, "eve").await;
    let props = all_props(&app, &eve).await;
    for (role, name) in ["gus", "ada", "eve"].into_iter().enumerate() {
        let cookie = log_in(&app, name).await;
        let listed: serde_json::Value = serde_json::from_str(&get(&app, "/api/props", &cookie).await.text()).unwrap();
        let listed: Vec<&str> =
            listed["props"].as_array().unwrap().iter().map(|prop| prop["name"].as_str().unwrap()).collect();
        for prop in props.iter().filter(|prop| !prop.name.contains('*')) {
            let sees = role >= LINES[line_of(&prop.name)].sees;
            assert_eq!(listed.contains(&prop.name.as_str()), sees, "{name} is told of {}", prop.name);
            let (component, part) = prop.name.rsplit_once('.').unwrap();
            // The list has each of them. One request for each would take long.
            if !prop.writable && part != "disabled" {
                continue;
            }
            let status = get(&app, &format!("/api/props/{component}/{part}"), &cookie).await.status;
            // Of what each page has for itself, a program gets nothing.
            let expected = if !sees {
                404
            } else if prop.private {
                403
            } else {
                200
            };
            assert_eq!(status, expected, "{name} reads {}", prop.name);
            if !sees {
                let subscribe = get(&app, &format!("/api/subscribe?prop={}", prop.name), &cookie).await;
                assert_eq!(
                    (subscribe.status, outcome(&subscribe).as_str()),
                    (404, "unknown_property"),
                    "{}",
                    prop.name
                );
            }
        }
    }
}
