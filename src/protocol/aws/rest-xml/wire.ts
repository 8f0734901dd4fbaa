import type { WireResponse } from '#protocol/http'
import { messageMember } from '../document/failure.ts'
import { MalformedInput } from '../failure.ts'
import { MalformedParameter, readBindings, type BodyReader } from '../http-binding/read.ts'
import { writeBindings, type BodyWriter } from '../http-binding/write.ts'
import { AwsError } from '../service.ts'
import type { Member, OperationSchema, StructureShape } from '../shape.ts'
import type { Outbound, Wire, WireFailure } from '../wire.ts'
import { parseXml } from '../xml/parse.ts'
import { readElement } from '../xml/read.ts'
import { structureElement, textElement, xmlDeclaration } from '../xml/write.ts'
import { answerIds } from './ids.ts'

/** restXml as S3 speaks it (https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html). */
export const restXmlWire: Wire = {
  protocol: 'restXml',
  decode: ({ schema }, inbound) => {
    if (!schema.input) return {}
    try {
      const input = readBindings(schema.input, inbound, body)
      for (const member of schema.input.members) {
        if (member.required && input[member.name] === undefined) throw missing(member)
      }
      return input
    } catch (error) {
      if (error instanceof MalformedParameter) throw invalidArgument(error)
      throw error
    }
  },
  encode: (operation, output, outbound) => {
    const headers = answerIds(outbound.requestId)
    if (unwrapped.has(operation.name)) return unwrap(operation, output, headers, outbound)
    return writeBindings(operation, output, bodyWriter(outbound), headers)
  },
  fail: (failure, outbound) => {
    const headers = { ...answerIds(outbound.requestId), ...failure.headers }
    if (failure.status === 304 || outbound.request.method === 'HEAD') {
      return { status: failure.status, headers }
    }
    return {
      status: failure.status,
      headers: { ...headers, 'content-type': 'application/xml' },
      body: xmlDeclaration + errorElement(failure, outbound, headers['x-amz-id-2'] ?? ''),
    }
  },
  events: {
    contentType: 'text/xml',
    initialResponse: false,
    document: (shape, value) => structureElement(shape.xmlName ?? shape.name, shape, value),
  },
  malformed: () => malformedXml,
  // The head was checked above: what is left to break is in the document.
  invalid: () => malformedXml,
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const malformedXml = {
  name: 'MalformedXML',
  status: 400,
  message:
    'The XML you provided was not well-formed or did not validate against our published schema',
}

/** Outputs whose one member is the document itself (the trait s3UnwrappedXmlOutput, which the SDK's schemas leave out). */
const unwrapped: ReadonlySet<string> = new Set(['GetBucketLocation'])

const body: BodyReader = {
  integersOnly: true,
  payload: (member, bytes) => {
    const root = parseXml(textOf(bytes))
    const shape = member.shape as StructureShape
    if (root.name !== payloadName(member)) {
      throw new MalformedInput(`The document must be ${payloadName(member)}`)
    }
    return readElement(shape, root)
  },
  members: (shape, bytes) => {
    if (bytes.length === 0) return {}
    return readElement(shape, parseXml(textOf(bytes))) as Readonly<Record<string, unknown>>
  },
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function textOf(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new MalformedInput('The document is not UTF-8')
  }
}

function bodyWriter(outbound: Outbound): BodyWriter {
  const xmlns = outbound.service?.definition.xmlNamespace
  return {
    contentType: 'application/xml',
    payload: (member, value) =>
      xmlDeclaration +
      structureElement(payloadName(member), member.shape as StructureShape, value, xmlns),
    members: (shape, output) =>
      xmlDeclaration +
      structureElement(
        shape.xmlName ?? shape.name,
        shape,
        output,
        xmlns,
        (member) => !member.binding,
      ),
  }
}

function payloadName(member: Member): string {
  const shape = member.shape as StructureShape
  return member.xmlName ?? shape.xmlName ?? shape.name
}

function unwrap(
  operation: OperationSchema,
  output: unknown,
  headers: Record<string, string>,
  outbound: Outbound,
): WireResponse {
  const member = operation.output!.members[0]!
  const text = (output as Readonly<Record<string, string | undefined>>)[member.name] ?? ''
  const xmlns = outbound.service?.definition.xmlNamespace
  const attributes = xmlns === undefined ? '' : ` xmlns="${xmlns}"`
  headers['content-type'] = 'application/xml'
  return {
    status: operation.http?.status ?? 200,
    headers,
    body: xmlDeclaration + textElement(member.name, text, attributes),
  }
}

function errorElement(failure: WireFailure, outbound: Outbound, hostId: string): string {
  let inside = textElement('Code', failure.name) + textElement('Message', failure.message)
  const messageKey = messageMember(failure.shape)
  for (const [name, value] of Object.entries(failure.fields)) {
    if (name !== messageKey && value !== undefined) inside += textElement(name, String(value))
  }
  if (failure.fields['Resource'] === undefined) {
    inside += textElement('Resource', resourceOf(outbound))
  }
  inside += textElement('RequestId', outbound.requestId) + textElement('HostId', hostId)
  return `<Error>${inside}</Error>`
}

function resourceOf({ address, request }: Outbound): string {
  return address?.bucket === undefined
    ? request.rawPath
    : `/${address.bucket}${address.path === '/' ? '' : address.path}`
}

function missing({ name, binding }: Member): AwsError {
  if (binding?.in === 'payload') {
    return new AwsError({
      name: 'MissingRequestBodyError',
      status: 400,
      message: 'Request Body is empty',
    })
  }
  const parameter = binding?.in === 'header' || binding?.in === 'query' ? binding.name : name
  return new AwsError({
    name: 'InvalidArgument',
    status: 400,
    message: `The parameter ${parameter} is required`,
    fields: { ArgumentName: parameter },
  })
}

function invalidArgument(error: MalformedParameter): AwsError {
  return new AwsError({
    name: 'InvalidArgument',
    status: 400,
    message:
      error.parameter === 'max-keys'
        ? 'Provided max-keys not an integer or within integer range'
        : `The value of ${error.parameter} is not valid: ${error.message}`,
    fields: { ArgumentName: error.parameter, ArgumentValue: error.value },
  })
}
