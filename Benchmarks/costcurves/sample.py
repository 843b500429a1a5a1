"""What was measured, and what it amounts to."""

import dataclasses
import json
import pathlib
import statistics

from sidebyside.machine import Machine


@dataclasses.dataclass(frozen=True)
class Sample:
    """One run: `program` at value `x` of a series. CPU of the whole process per operation, and the part of it in user mode;
    memory while under load.
    """

    series: str
    program: str
    x: int
    cost_us: float
    user_us: float = 0.0
    rate: float = 0.0
    offered: float = 0.0
    rss_kib: int = 0
    pss_kib: int = 0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    p999_ms: float = 0.0
    operations: int = 0
    errors: int = 0
    reopened: int = 0


@dataclasses.dataclass
class Run:
    """All samples of a run, and where it was made."""

    machine: Machine
    versions: dict[str, str]
    samples: list[Sample]

    def programs(self, series: str) -> list[str]:
        """Who was measured in a series, in the order of measuring."""
        return list(dict.fromkeys(sample.program for sample in self.samples if sample.series == series))

    def group(self, series: str, program: str) -> dict[int, list[Sample]]:
        """The samples of one curve by x."""
        found: dict[int, list[Sample]] = {}
        for sample in self.samples:
            if sample.series == series and sample.program == program:
                found.setdefault(sample.x, []).append(sample)
        return dict(sorted(found.items()))

    def costs(self, series: str, program: str) -> dict[int, float]:
        """Minimum of the rounds: whatever else ran on the machine can only add to it."""
        return {x: min(sample.cost_us for sample in group) for x, group in self.group(series, program).items()}

    def user(self, series: str, program: str) -> dict[int, float]:
        """The part in user mode, as the mean of the rounds: it is sampled in ticks of 10 ms, of which one round has few."""
        return {x: statistics.mean(sample.user_us for sample in group) for x, group in self.group(series, program).items()}

    def memory(self, series: str, program: str) -> dict[int, float]:
        """Proportional resident memory in KiB, the least of the rounds."""
        return {x: float(min(sample.pss_kib for sample in group)) for x, group in self.group(series, program).items()}

    def merged(self, later: "Run") -> "Run":
        """The samples of both, and both commands; a series that was measured again counts only as it was later."""
        again = {sample.series for sample in later.samples}
        kept = [sample for sample in self.samples if sample.series not in again]
        machine = dataclasses.replace(later.machine, command=f"{self.machine.command}`, then `{later.machine.command}")
        return Run(machine, {**self.versions, **later.versions}, kept + later.samples)

    def write(self, path: pathlib.Path) -> None:
        document = {
            "machine": dataclasses.asdict(self.machine), "versions": self.versions,
            "samples": [dataclasses.asdict(sample) for sample in self.samples],
        }
        path.write_text(json.dumps(document, indent=1) + "\n")

    @staticmethod
    def read(path: pathlib.Path) -> "Run":
        """What `write` wrote. SystemExit when it is something else."""
        try:
            document = json.loads(path.read_text())
            samples = [Sample(**sample) for sample in document["samples"]]
            return Run(Machine(**document["machine"]), document["versions"], samples)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SystemExit(f"{path} is no run that --json wrote: {error}") from error
