import { LakeError, type Logger } from '#kit'
import { saysClientLeft, type WireRequest } from '#protocol/http'
import { MalformedInput } from './failure.ts'
import type { ServicePlan } from './plan.ts'
import { AwsError, type AwsErrorShape, type ServiceDefinition } from './service.ts'
import type { StructureShape } from './shape.ts'
import type { Wire, WireFailure } from './wire.ts'

/**
 * The one funnel from anything that was thrown to an error on the wire. The text of what was not expected is
 * logged, and never leaves the server; that the client left is no news.
 */
export function toFailure(
  error: unknown,
  wire: Wire,
  service: ServicePlan | undefined,
  request: Pick<WireRequest, 'signal'>,
  log: Logger,
): WireFailure {
  const shape = errorShape(error, wire, service?.definition)
  if (!shape) {
    if (saysClientLeft(request, error)) log.debug({ err: error }, 'a client left')
    else log.error({ err: error }, 'an operation failed')
    return complete(internalError(wire), service)
  }
  const failure = complete(shape, service)
  if (failure.status >= 500 && error instanceof LakeError)
    log.warn({ err: error }, 'an operation was refused')
  return failure
}

function errorShape(
  error: unknown,
  wire: Wire,
  definition: ServiceDefinition<unknown> | undefined,
): AwsErrorShape | undefined {
  if (error instanceof AwsError) return error
  if (error instanceof MalformedInput) return wire.malformed(error.message)
  if (!(error instanceof LakeError)) return undefined
  const mapped = definition?.errors[error.code]
  if (mapped === undefined) return overloaded(error, wire)
  return typeof mapped === 'string' ? { name: mapped, message: error.message } : mapped(error)
}

/** What any service answers when the machine below it cannot take more, or the body does not come; undefined for other errors. */
function overloaded(error: LakeError, wire: Wire): AwsErrorShape | undefined {
  if (error.kind === 'throttled') {
    return wire.protocol === 'restXml'
      ? { name: 'SlowDown', status: 503, message: 'Please reduce your request rate.' }
      : { name: 'ThrottlingException', status: 400, message: 'Rate exceeded' }
  }
  if (error.code === 'BodyStalled') return stalled(wire)
  if (error.code !== 'DiskFull') return undefined
  return {
    name: wire.protocol === 'awsQuery' ? 'ServiceUnavailable' : 'ServiceUnavailableException',
    status: 503,
    message: 'There is no space left on the disk that holds the data.',
  }
}

/** S3: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList; the other services document none. */
function stalled(wire: Wire): AwsErrorShape {
  if (wire.protocol === 'restXml') {
    return {
      name: 'RequestTimeout',
      status: 400,
      message:
        'Your socket connection to the server was not read from or written to within the timeout period.',
    }
  }
  return {
    name: wire.protocol === 'awsQuery' ? 'RequestTimeout' : 'RequestTimeoutException',
    status: 408,
    message: 'The body of the request did not come in time.',
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the common errors of the other services. */
function internalError(wire: Wire): AwsErrorShape {
  if (wire.protocol === 'restXml') {
    return {
      name: 'InternalError',
      status: 500,
      message: 'We encountered an internal error. Please try again.',
    }
  }
  return {
    name: 'InternalFailure',
    status: 500,
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  }
}

/** Errors that the model gives no status: HeadObject's and HeadBucket's only one. */
const statusOf: Readonly<Record<string, number>> = { NotFound: 404 }

function complete(error: AwsErrorShape, service: ServicePlan | undefined): WireFailure {
  const shape: StructureShape | undefined = service?.schema.errors.get(error.name)
  const traits = shape?.error
  const status =
    error.status ??
    traits?.query?.[1] ??
    traits?.status ??
    statusOf[error.name] ??
    (traits?.fault === 'server' ? 500 : 400)
  return {
    name: error.name,
    status,
    message: error.message,
    fault: status >= 500 ? 'server' : 'client',
    fields: error.fields ?? {},
    headers: error.headers ?? {},
    shape,
  }
}
