import { failureFields } from '../document/failure.ts'
import { queryError } from '../json-rpc/query-error.ts'
import type { Wire } from '../wire.ts'
import { cborCodec } from './cbor.ts'

const codec = cborCodec('seconds')

/** smithy-rpc-v2-cbor (https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html). */
export const rpcV2CborWire: Wire = {
  protocol: 'rpcV2Cbor',
  decode: ({ schema }, { payload }) =>
    schema.input ? codec.decode(schema.input, payload as Buffer) : {},
  encode: ({ output: shape }, output, { requestId }) => ({
    status: 200,
    headers: shape ? { ...head(requestId), 'content-type': 'application/cbor' } : head(requestId),
    body: shape ? codec.encode(shape, output ?? {}) : '',
  }),
  fail: (failure, outbound) => {
    // The type is the absolute shape identifier when the model has one.
    const type = failure.shape ? `${failure.shape.namespace}#${failure.shape.name}` : failure.name
    return {
      status: failure.status,
      headers: {
        ...head(outbound.requestId),
        'content-type': 'application/cbor',
        ...queryError(failure, outbound),
        ...failure.headers,
      },
      body: codec.print({ __type: type, ...failureFields(failure, codec.toDocument) }),
    }
  },
  events: { contentType: 'application/cbor', initialResponse: true, document: codec.encode },
  malformed: (message) => ({ name: 'SerializationException', status: 400, message }),
  invalid: (message) => ({ name: 'ValidationException', status: 400, message }),
}

function head(requestId: string): Record<string, string> {
  return { 'smithy-protocol': 'rpc-v2-cbor', 'x-amzn-RequestId': requestId }
}
