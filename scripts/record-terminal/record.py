"""Types commands into a real shell at a terminal of its own, and records what is seen there as an asciicast (version 2).

The plan comes as JSON on stdin: `columns`, `rows`, `folder`, `env`, `commands`. The recording goes to stdout, a JSON
line each: the header, then `[seconds, "o", text]`. Ends with 1 when a command of the plan does not end with 0.
"""

import codecs
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

# What shells tell terminals before each prompt; terminals show nothing of it.
PROMPT_MARK = "\x1b]133;A\x07"
TYPING_SECONDS = 0.045
READING_SECONDS = 1.2
PATIENCE_SECONDS = 900


def main() -> None:
    plan = json.load(sys.stdin)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(plan["folder"])
        os.environ.update(plan["env"], TERM="xterm-256color", PS1=f"\\[{PROMPT_MARK}\\]$ ")
        os.execvp("bash", ["bash", "--norc", "--noprofile", "-i"])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", plan["rows"], plan["columns"], 0, 0))
    screen = Screen(terminal)
    emit({"version": 2, "width": plan["columns"], "height": plan["rows"]})
    screen.until_prompt()
    for command in plan["commands"]:
        for key in command:
            os.write(terminal, key.encode())
            screen.listen(TYPING_SECONDS)
        os.write(terminal, b"\r")
        screen.until_prompt()
        screen.listen(READING_SECONDS)
    os.write(terminal, b"exit\r")
    _, status = os.waitpid(pid, 0)
    sys.exit(min(1, os.waitstatus_to_exitcode(status)))


class Screen:
    """What comes from the terminal, written down as it comes."""

    def __init__(self, terminal: int) -> None:
        self.terminal = terminal
        self.began = time.monotonic()
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def listen(self, seconds: float) -> str:
        """All that comes within `seconds`."""
        until = time.monotonic() + seconds
        heard = ""
        while (left := until - time.monotonic()) > 0:
            if not select.select([self.terminal], [], [], left)[0]:
                break
            heard += self.take()
        return heard

    def until_prompt(self) -> None:
        """Listens until the shell asks for the next command."""
        until = time.monotonic() + PATIENCE_SECONDS
        heard = ""
        while PROMPT_MARK not in heard:
            if time.monotonic() > until:
                raise TimeoutError(f"no prompt within {PATIENCE_SECONDS} s after: {heard[-200:]}")
            heard += self.listen(0.2)
        self.listen(0.1)

    def take(self) -> str:
        text = self.decoder.decode(os.read(self.terminal, 65536))
        if text:
            emit([round(time.monotonic() - self.began, 3), "o", text])
        return text


def emit(line: object) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


main()
