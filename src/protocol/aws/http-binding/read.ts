import { setKey } from '../document/read.ts'
import { MalformedInput } from '../failure.ts'
import type { LeafShape, Member, Shape, StructureShape, TimestampFormat } from '../shape.ts'
import type { Inbound } from '../wire.ts'
import { readInteger, readText } from '../xml/text.ts'

/** How a protocol reads what is in the body. Undefined for an empty body. */
export interface BodyReader {
  /** A structure as the whole payload. */
  readonly payload: (member: Member, bytes: Buffer) => unknown
  /** The members of the input that are bound nowhere else. */
  readonly members: (shape: StructureShape, bytes: Buffer) => Readonly<Record<string, unknown>>
  /** Every number of the model is an integer. */
  readonly integersOnly?: boolean
}

/** A parameter of the head that does not fit its member. */
export class MalformedParameter extends MalformedInput {
  readonly parameter: string
  readonly value: string

  constructor(parameter: string, value: string, message: string) {
    super(message)
    this.parameter = parameter
    this.value = value
  }
}

/** Most requests have none. Nobody writes to it. */
export const noQuery = new URLSearchParams()

/** The input of a REST operation: labels, query, headers, payload (https://smithy.io/2.0/spec/http-bindings.html). */
export function readBindings(
  shape: StructureShape,
  inbound: Inbound,
  body: BodyReader,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const { headers } = inbound.request
  const { rawQuery } = inbound.request
  const query = rawQuery === '' ? noQuery : new URLSearchParams(rawQuery.replaceAll('+', '%20'))
  const integersOnly = body.integersOnly === true
  let inBody = false
  for (const member of shape.members) {
    const value = readMember(member)
    if (value !== undefined) input[member.name] = value
  }
  if (inBody) {
    const members = body.members(shape, inbound.payload as Buffer)
    for (const member of shape.members) {
      if (!member.binding && members[member.name] !== undefined) {
        input[member.name] = members[member.name]
      }
    }
  }
  return input

  function readMember(member: Member): unknown {
    const { binding } = member
    switch (binding?.in) {
      case undefined:
        inBody = true
        return undefined
      case 'label':
        return readOptional(member.shape, inbound.labels?.[member.name], member.name, 'dateTime')
      case 'header':
        return readHeader(member, binding.name, headers[binding.name], integersOnly)
      case 'prefixHeaders':
        return readPrefix(headers, binding.name)
      case 'query':
        return readQuery(member, binding.name, query, integersOnly)
      case 'queryParams':
        return readQueryParams(member, query)
      case 'payload':
        return readPayload(member, inbound, body)
      case 'statusCode':
        return undefined
    }
  }
}

function readOptional(
  shape: Shape,
  text: string | undefined,
  name: string,
  format: TimestampFormat,
  integersOnly = false,
): unknown {
  if (text === undefined) return undefined
  try {
    if (integersOnly && shape.kind === 'number') return readInteger(text)
    return readText(shape as LeafShape, text, format)
  } catch (error) {
    throw error instanceof MalformedInput
      ? new MalformedParameter(name, text, error.message)
      : error
  }
}

function readHeader(
  member: Member,
  name: string,
  text: string | undefined,
  integersOnly: boolean,
): unknown {
  if (text === undefined) return undefined
  const { shape } = member
  if (shape.kind === 'list') {
    const item = shape.item.shape as LeafShape
    const dates = item.kind === 'timestamp' && (item.timestampFormat ?? 'httpDate') === 'httpDate'
    return splitList(text, dates).map((part) => readOptional(item, part, name, 'httpDate'))
  }
  if (member.mediaType !== undefined && shape.kind === 'string') {
    return Buffer.from(text, 'base64').toString()
  }
  // A condition with a date that is none must be ignored: RFC 9110, section 13.1.3.
  if (shape.kind === 'timestamp' && name.startsWith('if-')) {
    try {
      return readText(shape, text, 'httpDate')
    } catch {
      return undefined
    }
  }
  return readOptional(shape, text, name, 'httpDate', integersOnly)
}

function readPrefix(
  headers: Readonly<Record<string, string>>,
  prefix: string,
): Record<string, string> | undefined {
  let map: Record<string, string> | undefined
  for (const name in headers) {
    if (name.length > prefix.length && name.startsWith(prefix)) {
      map ??= {}
      setKey(map, name.slice(prefix.length), headers[name])
    }
  }
  return map
}

function readQuery(
  member: Member,
  name: string,
  query: URLSearchParams,
  integersOnly: boolean,
): unknown {
  if (!query.has(name)) return undefined
  const { shape } = member
  if (shape.kind === 'list') {
    return query.getAll(name).map((text) => readOptional(shape.item.shape, text, name, 'dateTime'))
  }
  const text = query.get(name)!
  // `?max-keys=` says nothing of a number, a date or a boolean.
  if (text === '' && shape.kind !== 'string') return undefined
  return readOptional(shape, text, name, 'dateTime', integersOnly)
}

function readQueryParams(member: Member, query: URLSearchParams): Record<string, unknown> {
  const lists = member.shape.kind === 'map' && member.shape.value.shape.kind === 'list'
  const map: Record<string, unknown> = {}
  for (const name of new Set(query.keys())) {
    setKey(map, name, lists ? query.getAll(name) : query.get(name))
  }
  return map
}

function readPayload(member: Member, inbound: Inbound, body: BodyReader): unknown {
  if (member.streaming || member.eventStream) return inbound.payload
  const bytes = inbound.payload as Buffer
  if (bytes.length === 0) return undefined
  switch (member.shape.kind) {
    case 'blob':
      return bytes
    case 'string':
      return bytes.toString()
    default:
      return body.payload(member, bytes)
  }
}

/** A comma-separated header; items may be quoted, and dates hold a comma of their own. */
export function splitList(text: string, dates: boolean): string[] {
  if (dates) return text.split(/(?<=GMT)\s*,\s*/)
  const items: string[] = []
  const item = /\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)/y
  while (item.lastIndex < text.length) {
    const match = item.exec(text)
    if (!match) return text.split(',').map((part) => part.trim())
    items.push(match[1] === undefined ? match[2]!.trim() : match[1].replace(/\\(["\\])/g, '$1'))
    if (text[item.lastIndex - 1] === ',' && item.lastIndex === text.length) items.push('')
  }
  return items
}
