"""The worker of the production server: what gunicorn refuses in English, it refuses in Chinese."""

from pathlib import Path

from gunicorn import util
from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

TOO_LONG = (Path(__file__).parent.parent / "templates" / "414.html").read_bytes()


class Worker(ThreadWorker):
    """gunicorn's own with threads; Django never sees an address longer than the server takes."""

    def handle_error(self, req, client, addr, exc):
        if not isinstance(exc, LimitRequestLine):
            return super().handle_error(req, client, addr, exc)
        self.log.info("an address of more than %s bytes", self.cfg.limit_request_line)
        head = (
            "HTTP/1.1 414 URI Too Long\r\nConnection: close\r\n"
            f"Content-Type: text/html; charset=utf-8\r\nContent-Length: {len(TOO_LONG)}\r\n\r\n"
        )
        try:
            util.write_nonblock(client, head.encode() + TOO_LONG)
        except OSError:
            self.log.debug("the reader had gone before the answer")
