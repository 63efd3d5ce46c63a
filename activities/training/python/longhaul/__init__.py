"""What a training tells Longhaul, and what it leaves when it fails. Python 3.8 or newer, no dependencies.

    import longhaul

    state = longhaul.latest_checkpoint()          # a path, or None
    for epoch in range(start, 50):
        ...
        torch.save(model.state_dict(), folder / f"epoch-{epoch:04}.pt")
        longhaul.progress(epoch=epoch, epochs=50, checkpoint=f"epoch-{epoch:04}.pt", loss=loss)

    with longhaul.diagnostics(data=frame):        # or: python -m longhaul.run train.py --epochs 50
        train(frame)

Outside of Longhaul all of it does nothing, so that a script runs as before.
"""

from ._diagnostics import diagnostics, register, write_diagnostics
from ._progress import checkpoint_folder, latest_checkpoint, progress

__all__ = [
    "checkpoint_folder",
    "diagnostics",
    "latest_checkpoint",
    "progress",
    "register",
    "write_diagnostics",
]
