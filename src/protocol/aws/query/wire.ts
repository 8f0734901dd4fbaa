import { messageMember } from '../document/failure.ts'
import type { Outbound, Wire, WireFailure } from '../wire.ts'
import { structureElement, textElement } from '../xml/write.ts'
import { readForm } from './read.ts'

/** awsQuery: forms in, XML out (https://smithy.io/2.0/aws/protocols/aws-query-protocol.html). */
export const awsQueryWire: Wire = {
  protocol: 'awsQuery',
  decode: ({ schema }, { form }) => (schema.input ? readForm(schema.input, form!) : {}),
  encode: ({ name, output: shape }, output, outbound) => {
    const result = shape ? structureElement(`${name}Result`, shape, output ?? {}) : ''
    const metadata = `<ResponseMetadata>${textElement('RequestId', outbound.requestId)}</ResponseMetadata>`
    return respond(
      200,
      `<${name}Response xmlns="${namespaceOf(outbound)}">${result}${metadata}</${name}Response>\n`,
      outbound,
    )
  },
  fail: (failure, outbound) => {
    const answer = respond(
      failure.status,
      `<ErrorResponse xmlns="${namespaceOf(outbound)}">${errorElement(failure)}${textElement('RequestId', outbound.requestId)}</ErrorResponse>\n`,
      outbound,
    )
    return { ...answer, headers: { ...answer.headers, ...failure.headers } }
  },
  malformed: (message) => ({ name: 'MalformedInput', status: 400, message }),
  invalid: (message) => ({ name: 'ValidationError', status: 400, message }),
}

function errorElement(failure: WireFailure): string {
  const code = failure.shape?.error?.query?.[0] ?? failure.name
  const type = failure.fault === 'client' ? 'Sender' : 'Receiver'
  const messageKey = messageMember(failure.shape)
  let inside = textElement('Type', type) + textElement('Code', code)
  if (failure.message !== '') inside += textElement('Message', failure.message)
  if (failure.shape) {
    const { [messageKey]: _, ...fields } = failure.fields
    const element = structureElement('Error', failure.shape, fields)
    inside += element === '<Error/>' ? '' : element.slice('<Error>'.length, -'</Error>'.length)
  }
  return `<Error>${inside}</Error>`
}

function namespaceOf(outbound: Outbound): string {
  return (
    outbound.service?.definition.xmlNamespace ?? 'http://webservices.amazon.com/AWSFault/2005-15-09'
  )
}

function respond(status: number, body: string, outbound: Outbound) {
  return {
    status,
    headers: { 'x-amzn-RequestId': outbound.requestId, 'content-type': 'text/xml' },
    body,
  }
}
