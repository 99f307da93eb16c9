//! The sensors of the computer: processors, memory, temperatures, network, processes.
//!
//! This is an ordinary device driver. It is independent of dashboards: [`Sensors::sample`] borrows the device, reads it
//! and returns plain data. Each field documents its unit.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "written like the driver crate it would be elsewhere: it offers more than one dashboard shows"
)]

use std::cmp::Ordering;
use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use sysinfo::{Components, NetworkData, Networks, Pid, ProcessRefreshKind, ProcessesToUpdate, System};

/// The number of processes in a sample.
pub const TOP_PROCESSES: usize = 8;

/// The age at which processes and temperatures are read again. Until then their last values are repeated, because a
/// scan of all processes costs many times the rest of a sample, and temperatures change slowly. It is a little less
/// than a second. So with samples every 500 ms, each a few ms early or late, every second sample reads them.
const SLOW_PERIOD: Duration = Duration::from_millis(900);

/// The sensors of this machine.
///
/// Rates need two readings. So the first sample has 0 for every rate and every processor load.
#[derive(Debug)]
pub struct Sensors {
    system: System,
    /// A second `System` for the process list. On one `System` both kinds of refresh move the same baseline of clock
    /// ticks. Then the loads of the cores would be wrong whenever the process list is read at another rate.
    process_list: System,
    networks: Networks,
    /// `None` if the operating system reports no temperatures at all.
    components: Option<Components>,
    traffic: TrafficMeter,
    cpu_times: ProcessMeter,
    slow: Option<Slow>,
}

/// The values that are read at the slower rate, with the time of the reading.
#[derive(Debug)]
struct Slow {
    read: Instant,
    temperatures: Vec<Temperature>,
    processes: Vec<Process>,
}

/// One reading of all sensors.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The load of the whole machine: the mean of its cores, 0 to 100 %. Like `core_percent` it is measured over at
    /// least 200 ms, and samples within that time repeat it.
    pub cpu_percent: f64,
    /// Load of each core, 0 to 100 %, in the order of the operating system.
    pub core_percent: Vec<f64>,
    /// Main memory. `used` is what programs could not get without swapping. Caches are not included.
    pub memory: Usage,
    /// Swap space. The total is 0 if there is none.
    pub swap: Usage,
    /// All temperatures that the machine reports, by label. Empty on many virtual machines. At most about a second old.
    pub temperatures: Vec<Temperature>,
    /// Traffic of all interfaces except loopback. A bridge or tunnel counts in addition to the interface that carries
    /// it.
    pub network: Traffic,
    /// Traffic of each interface except loopback, by name.
    pub interfaces: Vec<Interface>,
    /// Time since the machine was started, in whole seconds. `None` if it is unknown.
    pub uptime: Option<Duration>,
    /// `None` if the operating system has no load average.
    pub load_average: Option<LoadAverage>,
    /// The [`TOP_PROCESSES`] busiest processes, busiest first. With equal load the one with more memory comes first. At
    /// most about a second old.
    pub processes: Vec<Process>,
}

/// A part of a whole, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bytes in use.
    pub used: u64,
    /// Bytes in total.
    pub total: u64,
}

impl Usage {
    /// The used part, 0 to 100 %. It is 0 if the total is 0.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "2^53 bytes are 9 PB, and a percentage needs less")]
    pub fn percent(self) -> f64 {
        if self.total == 0 { 0.0 } else { 100.0 * self.used as f64 / self.total as f64 }
    }
}

/// One temperature sensor.
#[derive(Clone, Debug, PartialEq)]
pub struct Temperature {
    /// The sensor's name from the hardware.
    pub label: String,
    /// Degrees Celsius.
    pub celsius: f64,
}

/// Traffic in bytes per second, the mean since the previous sample. Never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Bytes received per second.
    pub received: f64,
    /// Bytes sent per second.
    pub sent: f64,
}

/// One network interface.
#[derive(Clone, Debug, PartialEq)]
pub struct Interface {
    /// Its name in the operating system.
    pub name: String,
    /// Its traffic in bytes per second.
    pub traffic: Traffic,
}

/// The mean number of processes that run or wait to run. 1.0 is one busy core.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadAverage {
    /// Over the last minute.
    pub one: f64,
    /// Over the last 5 minutes.
    pub five: f64,
    /// Over the last 15 minutes.
    pub fifteen: f64,
}

/// One process.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// Its id in the operating system.
    pub pid: u32,
    /// Its name. Linux cuts it at 15 bytes.
    pub name: String,
    /// Processor time since the last reading, in percent of one core: 200 means two busy cores.
    pub cpu_percent: f64,
    /// Resident memory in bytes.
    pub memory: u64,
}

impl Sensors {
    /// Opens the sensors of this machine. Nothing is read yet.
    ///
    /// # Errors
    ///
    /// If the operating system is not supported.
    pub fn open() -> io::Result<Self> {
        Ok(Self {
            system: System::new().map_err(io::Error::other)?,
            process_list: System::new().map_err(io::Error::other)?,
            networks: Networks::new().map_err(io::Error::other)?,
            components: Components::new().ok(),
            traffic: TrafficMeter::default(),
            cpu_times: ProcessMeter::default(),
            slow: None,
        })
    }

    /// Reads all sensors. A value that the operating system does not report is missing or 0, never an error.
    pub fn sample(&mut self) -> Sample {
        self.system.refresh_cpu_usage();
        self.system.refresh_memory();
        let core_percent: Vec<f64> =
            self.system.cpus().iter().map(|core| f64::from(core.usage()).clamp(0.0, 100.0)).collect();

        self.networks.refresh(true);
        let readings = self.networks.iter().filter(|(name, data)| !is_loopback(name, data)).map(|(name, data)| {
            let counters = Counters { received: data.total_received(), sent: data.total_transmitted() };
            (name.to_string_lossy().into_owned(), counters)
        });
        let interfaces = self.traffic.measure(Instant::now(), readings);

        let (temperatures, processes) = self.sample_slow();
        Sample {
            cpu_percent: mean(&core_percent),
            core_percent,
            memory: usage(self.system.total_memory(), self.system.available_memory()),
            swap: usage(self.system.total_swap(), self.system.free_swap()),
            temperatures,
            network: total(&interfaces),
            interfaces,
            uptime: System::uptime().ok().map(Duration::from_secs),
            load_average: System::load_average().ok().map(|load| LoadAverage {
                one: load.one,
                five: load.five,
                fifteen: load.fifteen,
            }),
            processes,
        }
    }

    /// The values of the slower rate: new ones if they are due, otherwise the last ones.
    fn sample_slow(&mut self) -> (Vec<Temperature>, Vec<Process>) {
        let due = self.slow.as_ref().is_none_or(|slow| slow.read.elapsed() >= SLOW_PERIOD);
        let slow = if due {
            let temperatures = self.read_temperatures();
            let processes = self.read_processes();
            self.slow.insert(Slow { read: Instant::now(), temperatures, processes })
        } else {
            let Some(slow) = &mut self.slow else {
                return (Vec::new(), Vec::new());
            };
            slow
        };
        (slow.temperatures.clone(), slow.processes.clone())
    }

    fn read_temperatures(&mut self) -> Vec<Temperature> {
        let Some(components) = &mut self.components else {
            return Vec::new();
        };
        components.refresh(true);
        let mut temperatures: Vec<_> = components
            .iter()
            .filter_map(|component| {
                let celsius = f64::from(component.temperature()?);
                let label = component.label().to_owned();
                celsius.is_finite().then_some(Temperature { label, celsius })
            })
            .collect();
        temperatures.sort_by(|a, b| a.label.cmp(&b.label));
        temperatures
    }

    fn read_processes(&mut self) -> Vec<Process> {
        self.process_list.refresh_processes_specifics(
            ProcessesToUpdate::All,
            true,
            ProcessRefreshKind::nothing().with_cpu().with_memory().without_tasks(),
        );
        let readings = self.process_list.processes().iter().map(|(pid, process)| ProcessReading {
            pid: pid.as_u32(),
            started: process.start_time(),
            cpu_ms: process.accumulated_cpu_time(),
            memory: process.memory(),
        });
        let loads = self.cpu_times.measure(Instant::now(), readings);
        top(loads, TOP_PROCESSES)
            .into_iter()
            .map(|load| Process {
                pid: load.pid,
                name: self
                    .process_list
                    .process(Pid::from_u32(load.pid))
                    .map(|process| process.name().to_string_lossy().into_owned())
                    .unwrap_or_default(),
                cpu_percent: load.cpu_percent,
                memory: load.memory,
            })
            .collect()
    }
}

/// Whether it is the loopback interface: by its address, and by its name if it has no address at the moment.
fn is_loopback(name: &std::ffi::OsStr, data: &NetworkData) -> bool {
    name == "lo" || name == "lo0" || data.ip_networks().iter().any(|network| network.addr.is_loopback())
}

/// The operating system reads its numbers one after another, so "free" may exceed "total" for a moment.
fn usage(total: u64, free: u64) -> Usage {
    Usage { used: total.saturating_sub(free), total }
}

#[allow(clippy::cast_precision_loss, reason = "the number of cores is small")]
fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

fn total(interfaces: &[Interface]) -> Traffic {
    interfaces.iter().fold(Traffic::default(), |sum, interface| Traffic {
        received: sum.received + interface.traffic.received,
        sent: sum.sent + interface.traffic.sent,
    })
}

/// The growth of a counter per second. A counter that decreased was reset, or wrapped round at an unknown width. The
/// number of bytes in between is then unknown, and the rate of this interval is 0.
#[allow(clippy::cast_precision_loss, reason = "a difference above 2^53 is no real rate")]
fn rate(before: u64, now: u64, elapsed: Duration) -> f64 {
    match now.checked_sub(before) {
        Some(grown) if !elapsed.is_zero() => grown as f64 / elapsed.as_secs_f64(),
        _ => 0.0,
    }
}

/// The byte counters of one interface, since an unknown start.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Counters {
    received: u64,
    sent: u64,
}

/// Computes rates from the counters of all interfaces.
#[derive(Debug, Default)]
struct TrafficMeter {
    last: Option<Instant>,
    counters: HashMap<String, Counters>,
}

impl TrafficMeter {
    /// An interface that was missing in the last reading has a rate of 0, because the start of its counters is unknown.
    fn measure(&mut self, now: Instant, readings: impl IntoIterator<Item = (String, Counters)>) -> Vec<Interface> {
        let elapsed = self.last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
        let before = std::mem::take(&mut self.counters);
        self.last = Some(now);

        let mut interfaces = Vec::new();
        for (name, counters) in readings {
            let old = before.get(&name);
            let traffic = old.map_or(Traffic::default(), |old| Traffic {
                received: rate(old.received, counters.received, elapsed),
                sent: rate(old.sent, counters.sent, elapsed),
            });
            // A counter that could not be read is 0. As a baseline it would turn all bytes since the start of the
            // machine into the traffic of one second. So an interface whose counter fell to 0 counts as a new one.
            let fell_to_zero = old.is_some_and(|old| {
                (old.received > 0 && counters.received == 0) || (old.sent > 0 && counters.sent == 0)
            });
            if !fell_to_zero {
                self.counters.insert(name.clone(), counters);
            }
            interfaces.push(Interface { name, traffic });
        }
        interfaces.sort_by(|a, b| a.name.cmp(&b.name));
        interfaces
    }
}

/// The values that are read of one process.
#[derive(Clone, Copy, Debug)]
struct ProcessReading {
    pid: u32,
    /// Seconds since 1970. Together with `pid` it identifies a process, because the operating system reuses process
    /// ids.
    started: u64,
    /// Processor time since its start, in ms.
    cpu_ms: u64,
    /// Bytes.
    memory: u64,
}

/// The values that are shown of one process, except its name.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ProcessLoad {
    pid: u32,
    cpu_percent: f64,
    memory: u64,
}

/// Computes loads from the processor times of all processes. sysinfo also has a load, but it divides by the time
/// between the last two readings of the processors, and another caller may have made those.
#[derive(Debug, Default)]
struct ProcessMeter {
    last: Option<Instant>,
    cpu_ms: HashMap<(u32, u64), u64>,
}

impl ProcessMeter {
    /// In the first reading every load is 0. Later, all processor time of a new process counts as spent since the last
    /// reading.
    fn measure(&mut self, now: Instant, readings: impl IntoIterator<Item = ProcessReading>) -> Vec<ProcessLoad> {
        let elapsed = self.last.map_or(Duration::ZERO, |last| now.saturating_duration_since(last));
        let before = std::mem::take(&mut self.cpu_ms);
        self.last = Some(now);

        readings
            .into_iter()
            .map(|reading| {
                let key = (reading.pid, reading.started);
                let old = before.get(&key).copied().unwrap_or(0);
                self.cpu_ms.insert(key, reading.cpu_ms);
                ProcessLoad {
                    pid: reading.pid,
                    // The rate is in ms per second, so a tenth of it is percent.
                    cpu_percent: rate(old, reading.cpu_ms, elapsed) / 10.0,
                    memory: reading.memory,
                }
            })
            .collect()
    }
}

/// The `count` busiest processes. Their order does not depend on the input's order.
fn top(mut loads: Vec<ProcessLoad>, count: usize) -> Vec<ProcessLoad> {
    loads.sort_unstable_by(busiest_first);
    loads.truncate(count);
    loads
}

fn busiest_first(a: &ProcessLoad, b: &ProcessLoad) -> Ordering {
    b.cpu_percent.total_cmp(&a.cpu_percent).then(b.memory.cmp(&a.memory)).then(a.pid.cmp(&b.pid))
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a panic is how a test fails, and the numbers are exact in binary"
)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn counters(received: u64, sent: u64) -> Counters {
        Counters { received, sent }
    }

    fn process(pid: u32, started: u64, cpu_ms: u64) -> ProcessReading {
        ProcessReading { pid, started, cpu_ms, memory: 0 }
    }

    /// The rates of one interface with these counters, with one reading each half second.
    fn rates_of(readings: &[Counters]) -> Vec<(f64, f64)> {
        let start = Instant::now();
        let mut meter = TrafficMeter::default();
        (0..)
            .zip(readings)
            .map(|(n, &reading)| {
                let now = start + n * SECOND / 2;
                let interfaces = meter.measure(now, [("eth0".to_owned(), reading)]);
                (interfaces[0].traffic.received, interfaces[0].traffic.sent)
            })
            .collect()
    }

    #[test]
    fn a_rate_is_growth_over_real_time() {
        assert_eq!(rate(1_000, 3_000, SECOND), 2_000.0);
        assert_eq!(rate(1_000, 3_000, SECOND / 4), 8_000.0);
        assert_eq!(rate(1_000, 3_000, 4 * SECOND), 500.0);
        assert_eq!(rate(7, 7, SECOND), 0.0);
    }

    #[test]
    fn a_rate_is_never_negative_nor_infinite() {
        assert_eq!(rate(5_000, 4_000, SECOND), 0.0);
        assert_eq!(rate(u64::from(u32::MAX), 10, SECOND), 0.0);
        assert_eq!(rate(u64::MAX, 0, SECOND), 0.0);
        assert_eq!(rate(1_000, 3_000, Duration::ZERO), 0.0);
    }

    #[test]
    fn the_first_sample_of_an_interface_has_no_rate() {
        let rates = rates_of(&[counters(900_000, 70_000), counters(901_000, 70_500)]);
        assert_eq!(rates, [(0.0, 0.0), (2_000.0, 1_000.0)]);
    }

    #[test]
    fn after_a_reset_rates_go_on_from_the_new_count() {
        let rates = rates_of(&[counters(900_000, 70_000), counters(400, 300), counters(1_400, 800)]);
        assert_eq!(rates, [(0.0, 0.0), (0.0, 0.0), (2_000.0, 1_000.0)]);
    }

    #[test]
    fn a_failed_reading_is_no_baseline() {
        let rates = rates_of(&[
            counters(10_000_000_000, 70_000),
            counters(0, 0),
            counters(10_000_001_000, 70_500),
            counters(10_000_002_000, 71_000),
        ]);
        assert_eq!(rates, [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (2_000.0, 1_000.0)]);
    }

    #[test]
    fn interfaces_come_and_go_without_a_jump_in_the_total() {
        let start = Instant::now();
        let mut meter = TrafficMeter::default();
        let eth = |received| ("eth0".to_owned(), counters(received, 0));
        let usb = |received| ("usb0".to_owned(), counters(received, 0));
        let mut measure = |seconds, readings: Vec<(String, Counters)>| {
            total(&meter.measure(start + seconds * SECOND, readings)).received
        };
        assert_eq!(measure(0, vec![eth(100)]), 0.0);
        assert_eq!(measure(1, vec![usb(1_000_000), eth(200)]), 100.0);
        assert_eq!(measure(2, vec![eth(300), usb(1_000_050)]), 150.0);
        assert_eq!(measure(3, vec![eth(400)]), 100.0);
        assert_eq!(measure(4, vec![eth(500), usb(1_000_900)]), 100.0);
    }

    #[test]
    fn interfaces_are_listed_by_name() {
        let readings = ["wlan0", "eth0", "usb0"].map(|name| (name.to_owned(), counters(1, 1)));
        let interfaces = TrafficMeter::default().measure(Instant::now(), readings);
        let names: Vec<_> = interfaces.iter().map(|each| each.name.as_str()).collect();
        assert_eq!(names, ["eth0", "usb0", "wlan0"]);
    }

    #[test]
    fn a_process_load_is_in_percent_of_one_core() {
        let start = Instant::now();
        let mut meter = ProcessMeter::default();
        let first = meter.measure(start, [process(7, 1, 90_000)]);
        assert_eq!(first[0].cpu_percent, 0.0);
        // 3 s of processor time in 2 s: one and a half cores.
        let second = meter.measure(start + 2 * SECOND, [process(7, 1, 93_000)]);
        assert_eq!(second[0].cpu_percent, 150.0);
    }

    #[test]
    fn a_reused_process_id_starts_at_zero() {
        let start = Instant::now();
        let mut meter = ProcessMeter::default();
        meter.measure(start, [process(7, 1, 200)]);
        let loads = meter.measure(start + SECOND, [process(7, 2, 500), process(8, 2, 250)]);
        assert_eq!(loads[0].cpu_percent, 50.0);
        assert_eq!(loads[1].cpu_percent, 25.0);
    }

    #[test]
    fn the_busiest_come_first_then_the_biggest_then_the_oldest_number() {
        let load = |pid, cpu_percent, memory| ProcessLoad { pid, cpu_percent, memory };
        let loads = vec![load(5, 0.0, 10), load(4, 0.0, 10), load(3, 0.0, 99), load(2, 12.5, 1), load(1, 180.0, 1)];
        let pids = |count| -> Vec<u32> {
            let top = top(loads.clone(), count);
            top.iter().map(|load| load.pid).collect()
        };
        assert_eq!(pids(10), [1, 2, 3, 4, 5]);
        assert_eq!(pids(2), [1, 2]);
        assert!(pids(0).is_empty());
    }

    #[test]
    fn usage_accepts_inconsistent_numbers() {
        assert_eq!(usage(100, 75).percent(), 25.0);
        assert_eq!(usage(100, 120).percent(), 0.0);
        assert_eq!(Usage::default().percent(), 0.0);
    }

    #[test]
    fn this_machine_is_read_in_the_units_promised() {
        fn assert_send<T: Send>(_: &T) {}
        let mut sensors = Sensors::open().unwrap();
        assert_send(&sensors);

        let first = sensors.sample();
        assert_eq!(first.cpu_percent, 0.0);
        assert_eq!(first.network, Traffic::default());
        assert!(first.processes.iter().all(|each| each.cpu_percent == 0.0));

        std::thread::sleep(sysinfo::MINIMUM_CPU_UPDATE_INTERVAL + Duration::from_millis(20));
        let second = sensors.sample();
        assert!(!second.core_percent.is_empty());
        let percents = second.core_percent.iter().chain([&second.cpu_percent]);
        for percent in percents {
            assert!((0.0..=100.0).contains(percent), "{percent} %");
        }
        assert!(second.memory.total > 1 << 20 && second.memory.used > 0);
        assert!(second.memory.used <= second.memory.total);
        assert!(second.swap.used <= second.swap.total);
        assert!(second.uptime.unwrap() > Duration::ZERO);
        assert!((1..=TOP_PROCESSES).contains(&second.processes.len()));
        assert!(second.processes.iter().all(|each| !each.name.is_empty()));
        for temperature in &second.temperatures {
            assert!((-60.0..=200.0).contains(&temperature.celsius), "{temperature:?}");
        }
    }

    #[test]
    fn processes_are_read_at_the_slower_pace() {
        let mut sensors = Sensors::open().unwrap();
        sensors.sample();
        let read = sensors.slow.as_ref().unwrap().read;
        sensors.sample();
        assert_eq!(sensors.slow.as_ref().unwrap().read, read);
        // As if the last reading were one period older.
        sensors.slow.as_mut().unwrap().read = read.checked_sub(SLOW_PERIOD).unwrap();
        sensors.sample();
        assert!(sensors.slow.as_ref().unwrap().read > read);
    }
}
