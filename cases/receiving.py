"""Files that are too large are refused while they come in: nothing of them is kept."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from .notices.reader import MAX_BYTES

# A request with more than this is cut off; one with less is heard out, so that the browser gets
# an answer that says which file was too large.
MAX_REQUEST = 20 * MAX_BYTES


class SizeLimit(FileUploadHandler):
    """Stands before the handlers that keep files. `refused`: names of files that were too large."""

    def __init__(self, request=None):
        super().__init__(request)
        self.refused = []
        self._received = 0
        self._is_endless = False

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self._is_endless = content_length > MAX_REQUEST

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._received = 0
        if self._is_endless:
            self.refused.append(self.file_name)
            raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data, start):
        self._received += len(raw_data)
        if self._received > MAX_BYTES:
            self.refused.append(self.file_name)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size):
        return None


def too_large(request):
    """The names of the files of a request that were refused for their size."""
    return [
        name
        for handler in request.upload_handlers
        if isinstance(handler, SizeLimit)
        for name in handler.refused
    ]
