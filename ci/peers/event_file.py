"""Writes harness/store/fixtures/events.json: an event file as TensorBoard's own writer makes it.

    pip install tensorboard && python ci/peers/event_file.py

TensorBoard 2.x: `RecordWriter` frames the protocol buffers of `event_pb2`.
"""
import base64
import io
import json
import pathlib

import tensorboard
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

START = 1_700_000_000.25
ROWS = [
    {"update": 1, "wallTimeMs": 1000 * START, "values": {"loss": 1.5, "modes": 25.0}},
    {"update": 300, "wallTimeMs": 1000 * (START + 60), "values": {"loss": -0.1, "modes": None}},
    {"update": 531200, "wallTimeMs": 1000 * (START + 3600.5), "values": {"loss": 1e-30, "modes": 0.0, "share3sd": 0.904}},
]

written = io.BytesIO()
writer = RecordWriter(written)
writer.write(Event(wall_time=START, file_version="brain.Event:2").SerializeToString())
for row in ROWS:
    values = [
        Summary.Value(tag=tag, simple_value=value) for tag, value in row["values"].items() if value is not None
    ]
    event = Event(wall_time=row["wallTimeMs"] / 1000, step=row["update"], summary=Summary(value=values))
    writer.write(event.SerializeToString())

fixture = pathlib.Path(__file__).parents[2] / "harness/store/fixtures/events.json"
text = base64.b64encode(written.getvalue()).decode()
fixture.write_text(json.dumps({"tensorboard": tensorboard.__version__, "rows": ROWS, "base64": text}, indent=1) + "\n")
