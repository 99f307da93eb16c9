//! A simulated power supply at the other end of a serial line. It speaks SCPI, as real ones do, and measures slowly.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, ReadHalf, WriteHalf, split},
    sync::mpsc,
};
use tokio_serial::SerialStream;

/// The largest set-points, in volts and amperes.
pub(crate) const LARGEST: (f64, f64) = (30.0, 5.0);

/// What the supply feeds, in ohms.
const LOAD: f64 = 6.0;

/// The state behind the line. Clones are the same supply.
#[derive(Debug, Clone, Default)]
pub(crate) struct Instrument(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    volts: f64,
    amperes: f64,
    is_on: bool,
    degrees: f64,
    since: Option<Instant>,
    errors: Vec<&'static str>,
    /// When each command was carried out.
    journal: Vec<(Instant, String)>,
}

impl Instrument {
    /// Starts a supply whose measurements take so long, and returns the end of the line that a computer has.
    ///
    /// # Errors
    /// If the system gives no pseudo terminal.
    pub(crate) fn start(measurement: Duration) -> io::Result<(SerialStream, Self)> {
        let (ours, theirs) = SerialStream::pair()?;
        let instrument = Self::default();
        {
            let mut state = instrument.state();
            (state.amperes, state.degrees) = (1.0, 24.0);
        }
        tokio::spawn(instrument.clone().serve(ours, measurement));
        Ok((theirs, instrument))
    }

    /// When each command was carried out, the first one first. For tests.
    #[cfg_attr(not(test), expect(dead_code, reason = "only the tests read the journal"))]
    pub(crate) fn journal(&self) -> Vec<(Instant, String)> {
        self.state().journal.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Commands are carried out at once, also while a query is measured. Queries are answered one after the other.
    async fn serve(self, line: SerialStream, query: Duration) {
        let (reader, writer) = split(line);
        let (queries, waiting) = mpsc::unbounded_channel();
        tokio::spawn(self.clone().answer(waiting, writer, query));
        self.read(reader, &queries).await;
    }

    async fn read(&self, reader: ReadHalf<SerialStream>, queries: &mpsc::UnboundedSender<String>) {
        let mut lines = BufReader::new(reader).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let command = line.trim().to_uppercase();
            if command.ends_with('?') {
                // The answering task ends with the line.
                let _ = queries.send(command);
            } else {
                self.state().carry_out(&command);
            }
        }
    }

    async fn answer(
        self,
        mut queries: mpsc::UnboundedReceiver<String>,
        mut writer: WriteHalf<SerialStream>,
        time: Duration,
    ) {
        while let Some(query) = queries.recv().await {
            if query.starts_with("MEAS") {
                tokio::time::sleep(time).await;
            }
            let Some(answer) = self.state().answer(&query) else { continue };
            if writer.write_all(format!("{answer}\n").as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

impl State {
    fn carry_out(&mut self, command: &str) {
        self.journal.push((Instant::now(), command.to_owned()));
        let (name, argument) = command.split_once(' ').unwrap_or((command, ""));
        let number = |largest: f64| argument.parse::<f64>().ok().filter(|number| (0.0..=largest).contains(number));
        let done = match name {
            "VOLT" => number(LARGEST.0).map(|volts| self.volts = volts),
            "CURR" => number(LARGEST.1).map(|amperes| self.amperes = amperes),
            "*CLS" => {
                self.errors.clear();
                Some(())
            }
            "OUTP" => {
                self.is_on = argument == "ON" || argument == "1";
                Some(())
            }
            _ => {
                self.errors.push("-113,\"Undefined header\"");
                return;
            }
        };
        if done.is_none() {
            self.errors.push("-222,\"Data out of range\"");
        }
    }

    fn answer(&mut self, query: &str) -> Option<String> {
        let (volts, amperes) = self.output();
        Some(match query {
            "*IDN?" => "SIMULATED,PS3005,SN1234,1.2".to_owned(),
            "VOLT?" => format!("{:.3}", self.volts),
            "CURR?" => format!("{:.3}", self.amperes),
            "OUTP?" => u8::from(self.is_on).to_string(),
            "MEAS:VOLT?" => format!("{volts:.4}"),
            "MEAS:CURR?" => format!("{amperes:.4}"),
            "MEAS:TEMP?" => format!("{:.1}", self.heat_sink(volts * amperes)),
            "SYST:ERR?" => {
                let oldest = (!self.errors.is_empty()).then(|| self.errors.remove(0));
                oldest.unwrap_or("0,\"No error\"").to_owned()
            }
            _ => {
                self.errors.push("-113,\"Undefined header\"");
                return None;
            }
        })
    }

    /// What comes out, in volts and amperes: the voltage is regulated until the current reaches its limit.
    fn output(&self) -> (f64, f64) {
        if !self.is_on {
            return (0.0, 0.0);
        }
        let amperes = (self.volts / LOAD).min(self.amperes);
        (amperes * LOAD, amperes)
    }

    /// The temperature of the heat sink, which follows the power slowly.
    fn heat_sink(&mut self, watts: f64) -> f64 {
        let passed = self.since.replace(Instant::now()).map_or(0.0, |since| since.elapsed().as_secs_f64());
        let wanted = 24.0 + 0.8 * watts;
        self.degrees += (wanted - self.degrees) * (1.0 - (-passed / 20.0).exp());
        self.degrees
    }
}
