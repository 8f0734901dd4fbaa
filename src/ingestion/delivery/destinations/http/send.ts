import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { HttpTarget } from '../../records.ts'
import { bodyOf, type EndpointRequest } from './requests.ts'

const compress = promisify(gzip)

/** https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html#responseformat */
const responseBytesMax = 1024 * 1024
const timeoutMs = 180_000
const shownCharactersMax = 1000

export type SendResult =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      /** Trying again is of no use. */
      readonly isPermanent: boolean
    }

/** Sends a request once. Whatever the endpoint does is a result; only an abort throws. */
export async function send(
  target: HttpTarget,
  request: EndpointRequest,
  options: {
    readonly sourceArn: string
    readonly accessKey: string | undefined
    readonly nowMs: number
    readonly signal: AbortSignal
  },
): Promise<SendResult> {
  const { signal } = options
  const body = bodyOf(request, options.nowMs)
  try {
    const response = await fetch(target.url, {
      method: 'POST',
      headers: headersOf(target, request, options),
      body: target.contentEncoding === 'GZIP' ? await compress(body) : body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const text = await textOf(response)
    if (text === undefined) {
      return invalid(`Its body is longer than ${responseBytesMax} bytes.`)
    }
    return judge(response, text, request.id)
  } catch (error) {
    signal.throwIfAborted()
    return unreachable(error)
  }
}

function headersOf(
  target: HttpTarget,
  request: EndpointRequest,
  { sourceArn, accessKey }: { readonly sourceArn: string; readonly accessKey: string | undefined },
): Record<string, string> {
  const { commonAttributes } = target
  return {
    'content-type': 'application/json',
    'x-amz-firehose-protocol-version': '1.0',
    'x-amz-firehose-request-id': request.id,
    'x-amz-firehose-source-arn': sourceArn,
    'x-amz-firehose-common-attributes': asciiJson({ commonAttributes }),
    'accept-encoding': 'identity',
    'user-agent': 'Amazon Kinesis Data Firehose Agent/1.0',
    ...(accessKey === undefined ? {} : { 'x-amz-firehose-access-key': accessKey }),
    ...(target.contentEncoding === 'GZIP' ? { 'content-encoding': 'gzip' } : {}),
  }
}

/** A header holds bytes, not letters. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\u0020-\u007e]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Undefined when it is longer than a response may be. */
async function textOf(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    const bytes = chunk as Uint8Array
    size += bytes.byteLength
    if (size > responseBytesMax) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString()
}

function judge(response: Response, text: string, requestId: string): SendResult {
  const { status, headers } = response
  if (status !== 200) {
    return {
      kind: 'failed',
      code: 'HttpEndpoint.DestinationException',
      message: `The following response was received from the endpoint destination. ${status}: ${text.slice(0, shownCharactersMax)}`,
      isPermanent: status === 413,
    }
  }
  if (!/^application\/json\b/i.test(headers.get('content-type') ?? '')) {
    return invalid('Its content type is not application/json.')
  }
  if (headers.has('content-encoding')) return invalid('It has a content encoding.')
  const answer = parse(text)
  if (!answer) return invalid('Its body is not a JSON object.')
  if (answer.requestId !== requestId) return invalid('Its requestId is not that of the request.')
  if (!Number.isInteger(answer.timestamp)) return invalid('Its timestamp is not a whole number.')
  return { kind: 'delivered' }
}

function parse(text: string): { requestId?: unknown; timestamp?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function invalid(why: string): SendResult {
  return {
    kind: 'failed',
    code: 'HttpEndpoint.InvalidResponseFromDestination',
    message: `The response received from the specified endpoint is invalid. ${why}`,
    isPermanent: false,
  }
}

function unreachable(error: unknown): SendResult {
  const isLate = error instanceof Error && error.name === 'TimeoutError'
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const why = cause instanceof Error ? cause.message : String(cause)
  return {
    kind: 'failed',
    code: isLate ? 'HttpEndpoint.RequestTimeout' : 'HttpEndpoint.ConnectionFailed',
    message: isLate
      ? 'The request took longer than 3 minutes.'
      : `The endpoint could not be reached. ${why}`,
    isPermanent: false,
  }
}
