/**
 * Runs a python function: asks the runtime API for events and gives them to the handler. It is written to a file when the first
 * Python function starts, needs nothing but the standard library, and works with Python 3.8 and later.
 * https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html, https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export const pythonBootstrap = `import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback

ROOT = os.environ["LAMBDA_TASK_ROOT"]
HOST, PORT = os.environ["AWS_LAMBDA_RUNTIME_API"].split(":")
connection = http.client.HTTPConnection(HOST, int(PORT))
request_id = ""


def call(method, path, body=None, headers={}):
    try:
        connection.request(method, "/2018-06-01/runtime" + path, body, headers)
        response = connection.getresponse()
        return response.headers, response.read()
    except OSError:
        # The server is gone: so is this process's reason to be.
        os._exit(1)


class LambdaFormatter(logging.Formatter):
    converter = time.gmtime

    def format(self, record):
        record.aws_request_id = request_id
        return super().format(record)


class LambdaHandler(logging.Handler):
    def emit(self, record):
        # What has several lines stays one event.
        sys.stdout.write(self.format(record).replace("\\n", "\\r") + "\\n")


def set_up_logging():
    handler = LambdaHandler()
    handler.setFormatter(
        LambdaFormatter(
            "[%(levelname)s]\\t%(asctime)s.%(msecs)03dZ\\t%(aws_request_id)s\\t%(message)s",
            "%Y-%m-%dT%H:%M:%S",
        )
    )
    logging.getLogger().addHandler(handler)


class Bad(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def load_handler(text):
    module_name, dot, function_name = text.rpartition(".")
    if not dot or not module_name:
        raise Bad(
            "Runtime.MalformedHandlerName",
            "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % text,
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Bad(
            "Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, error)
        )
    except SyntaxError as error:
        raise Bad(
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module '%s': %s" % (module_name, error),
        )
    if not hasattr(module, function_name):
        raise Bad(
            "Runtime.HandlerNotFound",
            "Handler '%s' missing on module '%s'" % (function_name, module_name),
        )
    return getattr(module, function_name)


def describe(error):
    if isinstance(error, Bad):
        return {
            "errorMessage": str(error),
            "errorType": error.kind,
            "requestId": request_id,
            "stackTrace": [],
        }
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__
    ]
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(frames),
    }


def tell(error):
    described = describe(error)
    lines = ["[ERROR] %s: %s" % (described["errorType"], described["errorMessage"])]
    if described["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines.extend("".join(described["stackTrace"]).split("\\n"))
    print("\\r".join(lines).rstrip("\\r"), flush=True)


def fail(path, error):
    tell(error)
    described = describe(error)
    headers = {"Lambda-Runtime-Function-Error-Type": described["errorType"]}
    call("POST", path, json.dumps(described), headers)


class ClientContext(object):
    def __init__(self, value):
        self.client = value.get("client")
        self.custom = value.get("custom")
        self.env = value.get("env")


class Identity(object):
    cognito_identity_id = None
    cognito_identity_pool_id = None


class LambdaContext(object):
    def __init__(self, headers):
        client = headers.get("Lambda-Runtime-Client-Context")
        self.aws_request_id = request_id
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn")
        self.client_context = ClientContext(json.loads(client)) if client else None
        self.identity = Identity()
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline_ms - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def serialise(result):
    try:
        return json.dumps(result, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise Bad("Runtime.MarshalError", "Unable to marshal response: %s" % error)


def serve(handler):
    global request_id
    headers, body = call("GET", "/invocation/next")
    request_id = headers["Lambda-Runtime-Aws-Request-Id"]
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id") or ""
    path = "/invocation/" + request_id
    try:
        result = serialise(handler(json.loads(body), LambdaContext(headers)))
    except Exception as error:
        sys.stdout.flush()
        return fail(path + "/error", error)
    sys.stdout.flush()
    sys.stderr.flush()
    call("POST", path + "/response", result, {"Content-Type": "application/json"})


def main():
    sys.stdout.reconfigure(line_buffering=True)
    set_up_logging()
    sys.path[0] = ROOT
    sys.path[1:1] = [path for path in os.environ.get("LAYER_PYTHONPATH", "").split(":") if path]
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as error:
        fail("/init/error", error)
        sys.exit(1)
    while True:
        serve(handler)


main()
`
