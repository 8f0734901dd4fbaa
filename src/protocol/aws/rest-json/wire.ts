import { failureFields } from '../document/failure.ts'
import { readBindings, type BodyReader } from '../http-binding/read.ts'
import { writeBindings, type BodyWriter } from '../http-binding/write.ts'
import { jsonCodec } from '../json-rpc/json.ts'
import type { StructureShape } from '../shape.ts'
import type { Wire } from '../wire.ts'

const codec = jsonCodec('jsonName')

/** restJson1 (https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html). */
export const restJsonWire: Wire = {
  protocol: 'restJson1',
  decode: ({ schema }, inbound) => (schema.input ? readBindings(schema.input, inbound, body) : {}),
  encode: (operation, output, { requestId }) =>
    writeBindings(operation, output, writer, { 'x-amzn-RequestId': requestId }),
  fail: (failure, { requestId }) => ({
    status: failure.status,
    headers: {
      'x-amzn-RequestId': requestId,
      'x-amzn-ErrorType': failure.name,
      'content-type': 'application/json',
      ...failure.headers,
    },
    body: JSON.stringify(failureFields(failure, codec.toDocument)),
  }),
  events: { contentType: 'application/json', initialResponse: false, document: codec.encode },
  malformed: (message) => ({ name: 'SerializationException', status: 400, message }),
  invalid: (message) => ({ name: 'ValidationException', status: 400, message }),
}

const body: BodyReader = {
  payload: (member, bytes) => codec.decode(member.shape, bytes),
  members: (shape, bytes) =>
    codec.decode(bodyOnly(shape), bytes) as Readonly<Record<string, unknown>>,
}

const writer: BodyWriter = {
  contentType: 'application/json',
  payload: (member, value) => codec.encode(member.shape, value),
  members: (shape, output) => codec.encode(bodyOnly(shape), output),
}

const bodies = new WeakMap<StructureShape, StructureShape>()

/** The part of a structure that is in the body. */
function bodyOnly(shape: StructureShape): StructureShape {
  let part = bodies.get(shape)
  if (!part) {
    const members = shape.members.filter((member) => !member.binding)
    part = { ...shape, members, byName: new Map(members.map((member) => [member.name, member])) }
    bodies.set(shape, part)
  }
  return part
}
