import { crc32 } from 'node:zlib'
import { EventStreamCodec, Int64 } from '@smithy/core/event-streams'
import type { MessageHeaders, MessageHeaderValue } from '@smithy/types'
import type { WireFailure } from '../wire.ts'
import type { Member, StructureShape } from '../shape.ts'

/** How a protocol writes the documents inside events. */
export interface EventFormat {
  readonly contentType: string
  /** RPC protocols have no other place for the output's further members than a first event of its own. */
  readonly initialResponse: boolean
  readonly document: (shape: StructureShape, value: unknown) => string | Uint8Array
}

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
)

/**
 * One message: prelude, headers, payload, checksums (https://smithy.io/2.0/aws/amazon-eventstream.html). As the SDK's codec
 * has it, whose checksum in JavaScript takes longer than all the rest of a large event.
 */
export function message(rawHeaders: MessageHeaders, body: string | Uint8Array): Buffer {
  const headers = codec.formatHeaders(rawHeaders)
  const bodyBytes = Buffer.byteLength(body)
  const length = preludeBytes + headers.byteLength + bodyBytes + checksumBytes
  const out = Buffer.allocUnsafe(length)
  out.writeUInt32BE(length, 0)
  out.writeUInt32BE(headers.byteLength, 4)
  out.writeUInt32BE(crc32(out.subarray(0, 8)), 8)
  out.set(headers, preludeBytes)
  const start = preludeBytes + headers.byteLength
  if (typeof body === 'string') out.write(body, start, 'utf8')
  else out.set(body, start)
  out.writeUInt32BE(crc32(out.subarray(0, length - checksumBytes)), length - checksumBytes)
  return out
}

const preludeBytes = 12
const checksumBytes = 4

function frame(headers: Readonly<Record<string, string>>, body: string | Uint8Array): Uint8Array {
  return message(stringHeaders(headers), body)
}

/** What comes first over RPC protocols: the output without its events. */
export function initialResponseFrame(contentType: string, body: string | Uint8Array): Uint8Array {
  return frame(
    {
      ':message-type': 'event',
      ':event-type': 'initial-response',
      ':content-type': contentType,
    },
    body,
  )
}

/** One event `{ Name: payload }` of a union. Throws a TypeError when the union has no such member. */
export function eventFrame(union: StructureShape, event: unknown, format: EventFormat): Uint8Array {
  const [name, value] = onlyEntry(event, union)
  const member = union.byName.get(name)
  if (member?.shape.kind !== 'structure') {
    throw new TypeError(`an operation sent the event ${name}, which ${union.name} has not`)
  }
  const source = (value ?? {}) as Readonly<Record<string, unknown>>
  const { shape } = member
  const { headers, payload } = partsOf(shape, source)
  const content: Content = payload
    ? payloadContent(payload, source[payload.name], format)
    : { type: format.contentType, body: format.document(documentShape(shape), source) }
  const kind = shape.error ? 'exception' : 'event'
  return message(
    {
      ...stringHeaders({ ':message-type': kind, [`:${kind}-type`]: name }),
      ...(content.type === '' ? {} : stringHeaders({ ':content-type': content.type })),
      ...headers,
    },
    content.body,
  )
}

/** The end of a stream that failed: the union's own exception, else an error that the model does not know. */
export function failureFrame(
  union: StructureShape,
  failure: WireFailure,
  messageKey: string,
  format: EventFormat,
): Uint8Array {
  const member = union.members.find(
    ({ shape }) => shape.kind === 'structure' && shape.error && shape === failure.shape,
  )
  if (!member) {
    return frame(
      {
        ':message-type': 'error',
        ':error-code': failure.name,
        ':error-message': failure.message,
      },
      '',
    )
  }
  return eventFrame(
    union,
    { [member.name]: { [messageKey]: failure.message, ...failure.fields } },
    format,
  )
}

interface Content {
  /** Empty when there is nothing to have a type. */
  readonly type: string
  readonly body: string | Uint8Array
}

function partsOf(
  shape: StructureShape,
  source: Readonly<Record<string, unknown>>,
): { readonly headers: MessageHeaders; readonly payload: Member | undefined } {
  const headers: MessageHeaders = {}
  let payload: Member | undefined
  for (const member of shape.members) {
    if (member.eventPayload) payload = member
    const value = source[member.name]
    if (member.eventHeader && value !== undefined && value !== null) {
      headers[member.name] = headerValue(member, value)
    }
  }
  return { headers, payload }
}

function payloadContent(member: Member, value: unknown, format: EventFormat): Content {
  if (value === undefined || value === null) return { type: '', body: '' }
  switch (member.shape.kind) {
    case 'blob':
      return { type: 'application/octet-stream', body: value as Uint8Array }
    case 'string':
      return { type: 'text/plain', body: value as string }
    case 'structure':
      return { type: format.contentType, body: format.document(member.shape, value) }
    default:
      throw new TypeError(`the payload of an event cannot be a ${member.shape.kind}`)
  }
}

/** https://smithy.io/2.0/spec/streaming.html#eventheader-trait */
function headerValue({ name, shape }: Member, value: unknown): MessageHeaderValue {
  switch (shape.kind) {
    case 'boolean':
      return { type: 'boolean', value: value as boolean }
    case 'number':
      return Math.abs(value as number) < 2 ** 31
        ? { type: 'integer', value: value as number }
        : { type: 'long', value: Int64.fromNumber(value as number) }
    case 'timestamp':
      return { type: 'timestamp', value: value as Date }
    case 'blob':
      return { type: 'binary', value: value as Uint8Array }
    case 'string':
      return { type: 'string', value: value as string }
    default:
      throw new TypeError(`the event header ${name} cannot be a ${shape.kind}`)
  }
}

const documents = new WeakMap<StructureShape, StructureShape>()

/** What of an event is neither header nor payload. */
function documentShape(shape: StructureShape): StructureShape {
  let document = documents.get(shape)
  if (!document) {
    const members = shape.members.filter((member) => !member.eventHeader && !member.eventPayload)
    document =
      members.length === shape.members.length
        ? shape
        : { ...shape, members, byName: new Map(members.map((member) => [member.name, member])) }
    documents.set(shape, document)
  }
  return document
}

function onlyEntry(event: unknown, union: StructureShape): [name: string, value: unknown] {
  if (typeof event === 'object' && event !== null) {
    const entries = Object.entries(event).filter(([, value]) => value !== undefined)
    if (entries.length === 1) return entries[0]!
  }
  throw new TypeError(`an operation sent what is not one event of ${union.name}`)
}

function stringHeaders(headers: Readonly<Record<string, string>>): MessageHeaders {
  const typed: MessageHeaders = {}
  for (const [name, value] of Object.entries(headers)) typed[name] = { type: 'string', value }
  return typed
}
