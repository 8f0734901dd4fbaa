import { failureFields } from '../document/failure.ts'
import type { Wire } from '../wire.ts'
import { cborCodec } from './cbor.ts'

const codec = cborCodec('milliseconds')
const contentType = 'application/x-amz-cbor-1.1'

/**
 * The CBOR form of AWS JSON 1.1 that the Java SDKs use for Kinesis: same targets and documents, blobs as bytes, timestamps as
 * tag 1 with epoch milliseconds. See SdkCborGenerator and AwsCborProtocolFactory in
 * https://github.com/aws/aws-sdk-java-v2/tree/master/core/protocols/aws-cbor-protocol.
 */
export const awsJsonCborWire: Wire = {
  protocol: 'awsJson1_1',
  decode: ({ schema }, { payload }) =>
    schema.input ? codec.decode(schema.input, payload as Buffer) : {},
  encode: ({ output: shape }, output, { requestId }) => ({
    status: 200,
    headers: { 'x-amzn-RequestId': requestId, 'content-type': contentType },
    body: shape ? codec.encode(shape, output ?? {}) : '',
  }),
  fail: (failure, { requestId }) => ({
    status: failure.status,
    headers: { 'x-amzn-RequestId': requestId, 'content-type': contentType, ...failure.headers },
    body: codec.print({ __type: failure.name, ...failureFields(failure, codec.toDocument) }),
  }),
  events: { contentType, initialResponse: true, document: codec.encode },
  malformed: (message) => ({ name: 'SerializationException', status: 400, message }),
  invalid: (message) => ({ name: 'ValidationException', status: 400, message }),
}
