import { failureFields } from '../document/failure.ts'
import { MalformedInput } from '../failure.ts'
import { printed } from '../printed.ts'
import type { AwsProtocol } from '../service.ts'
import type { Wire } from '../wire.ts'
import { jsonCodec } from './json.ts'
import { queryError } from './query-error.ts'

const codec = jsonCodec('name')

/** AWS JSON 1.0 and 1.1 (https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html): they differ in the content type. */
export function awsJsonWire(version: '1.0' | '1.1'): Wire {
  const contentType = `application/x-amz-json-${version}`
  const protocol: AwsProtocol = version === '1.0' ? 'awsJson1_0' : 'awsJson1_1'
  return {
    protocol,
    copiesPayload: true,
    decode: ({ schema }, { payload }) => {
      // A request without members is `{}`; AWS refuses one without a document.
      if ((payload as Buffer).length === 0) throw new MalformedInput('')
      return schema.input ? codec.decodeInPlace(schema.input, payload as Buffer) : {}
    },
    encode: ({ output: shape }, output, { requestId }) => {
      const headers = { 'x-amzn-RequestId': requestId, 'content-type': contentType }
      const text = printed(output)
      if (text !== undefined) return { status: 200, headers, body: text, isAscii: true }
      // An operation without an output is answered with no body at all, as AWS does.
      return { status: 200, headers, body: shape ? codec.encode(shape, output ?? {}) : '' }
    },
    fail: (failure, outbound) => ({
      status: failure.status,
      headers: {
        'x-amzn-RequestId': outbound.requestId,
        'content-type': contentType,
        ...queryError(failure, outbound),
        ...failure.headers,
      },
      body: JSON.stringify({ __type: failure.name, ...failureFields(failure, codec.toDocument) }),
    }),
    events: { contentType, initialResponse: true, document: codec.encode },
    malformed: (message) => ({ name: 'SerializationException', status: 400, message }),
    invalid: (message) => ({ name: 'ValidationException', status: 400, message }),
  }
}
