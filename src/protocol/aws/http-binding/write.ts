import { Readable } from 'node:stream'
import type { WireResponse } from '#protocol/http'
import type { LeafShape, Member, OperationSchema, StructureShape } from '../shape.ts'
import { refuseEvents } from '../document/write.ts'
import { printText } from '../xml/text.ts'

/** How a protocol writes what is in the body. */
export interface BodyWriter {
  readonly contentType: string
  readonly payload: (member: Member, value: unknown) => string | Uint8Array
  /** The members of the output that are bound nowhere else. */
  readonly members: (shape: StructureShape, output: unknown) => string | Uint8Array
}

/** The answer of a REST operation: status, headers, payload (https://smithy.io/2.0/spec/http-bindings.html). */
export function writeBindings(
  operation: OperationSchema,
  output: unknown,
  body: BodyWriter,
  headers: Record<string, string>,
): WireResponse {
  let status = operation.http?.status ?? 200
  const shape = operation.output
  if (!shape) return { status, headers, body: '' }
  const source = (output ?? {}) as Readonly<Record<string, unknown>>
  let content: WireResponse['body'] = ''
  let hasBodyMembers = false
  let hasPayload = false
  for (const member of shape.members) {
    const value = source[member.name]
    const { binding } = member
    if (!binding) {
      hasBodyMembers = true
      continue
    }
    if (binding.in === 'payload') hasPayload = true
    if (value === undefined || value === null) continue
    switch (binding.in) {
      case 'header':
        headers[binding.name] = headerText(member, value)
        break
      case 'prefixHeaders':
        for (const [key, text] of Object.entries(value as Record<string, string>)) {
          headers[binding.name + key.toLowerCase()] = text
        }
        break
      case 'statusCode':
        status = value as number
        break
      case 'payload':
        content = payloadContent(member, value, body)
        headers['content-type'] ??= payloadType(member, body)
        break
    }
  }
  if (!hasPayload && hasBodyMembers) {
    content = body.members(shape, source)
    headers['content-type'] ??= body.contentType
  }
  return { status, headers, body: content }
}

function payloadContent(member: Member, value: unknown, body: BodyWriter): WireResponse['body'] {
  if (member.eventStream) refuseEvents()
  if (value instanceof Readable || value instanceof Uint8Array) return value
  switch (member.shape.kind) {
    case 'blob':
    case 'string':
      if (typeof value === 'string') return value
      throw new TypeError(`an operation answered ${typeof value} as its payload`)
    default:
      return body.payload(member, value)
  }
}

function payloadType(member: Member, body: BodyWriter): string {
  if (member.mediaType !== undefined) return member.mediaType
  if (member.shape.kind === 'blob') return 'application/octet-stream'
  return member.shape.kind === 'string' ? 'text/plain' : body.contentType
}

function headerText(member: Member, value: unknown): string {
  const { shape } = member
  if (shape.kind === 'list') {
    const item = shape.item.shape as LeafShape
    return [...(value as Iterable<unknown>)]
      .map((element) => {
        const text = printText(item, element, 'httpDate')
        return item.kind === 'string' && /[",]/.test(text)
          ? `"${text.replace(/(["\\])/g, '\\$1')}"`
          : text
      })
      .join(', ')
  }
  const text = printText(shape as LeafShape, value, 'httpDate')
  return member.mediaType === undefined ? text : Buffer.from(text).toString('base64')
}
