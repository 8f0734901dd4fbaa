import { AwsError, type AwsProtocol } from '../service.ts'

/**
 * How a service words a refused signature. S3 has its own codes; the JSON and CBOR services end theirs in
 * `Exception` and answer 400; REST services use the same names with 403; query services leave the ending out.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/CommonErrors.html
 * https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 */
export type Dialect = 's3' | 'json' | 'rest' | 'query'

export function dialectOf(service: string, protocol: AwsProtocol): Dialect {
  if (service === 's3' || protocol === 'restXml') return 's3'
  if (protocol === 'awsQuery') return 'query'
  return protocol === 'restJson1' ? 'rest' : 'json'
}

interface Wording {
  readonly name: string
  readonly status: number
  readonly message: string
}

type Words = Readonly<Record<Dialect, Wording>>

/** The words of one failure: S3's own, and the others' from one name. */
function words(s3: Wording, name: string, message: string, queryName?: string): Words {
  return {
    s3,
    json: { name: `${name}Exception`, status: 400, message },
    rest: { name: `${name}Exception`, status: 403, message },
    query: { name: queryName ?? name, status: 403, message },
  }
}

const mismatchHint =
  'The request signature we calculated does not match the signature you provided. Check your '

const failures = {
  unknownKey: words(
    {
      name: 'InvalidAccessKeyId',
      status: 403,
      message: 'The AWS Access Key Id you provided does not exist in our records.',
    },
    'UnrecognizedClient',
    'The security token included in the request is invalid.',
    'InvalidClientTokenId',
  ),
  wrongToken: words(
    {
      name: 'InvalidToken',
      status: 400,
      message: 'The provided token is malformed or otherwise invalid.',
    },
    'UnrecognizedClient',
    'The security token included in the request is invalid.',
    'InvalidClientTokenId',
  ),
  expiredToken: words(
    { name: 'ExpiredToken', status: 400, message: 'The provided token has expired.' },
    'ExpiredToken',
    'The security token included in the request is expired',
  ),
  wrongSignature: words(
    {
      name: 'SignatureDoesNotMatch',
      status: 403,
      message: `${mismatchHint}key and signing method.`,
    },
    'InvalidSignature',
    `${mismatchHint}AWS Secret Access Key and signing method. Consult the service documentation for details.`,
    'SignatureDoesNotMatch',
  ),
  missing: words(
    { name: 'AccessDenied', status: 403, message: 'Access Denied' },
    'MissingAuthenticationToken',
    'Missing Authentication Token',
  ),
} satisfies Record<string, Words>

export type Failure = keyof typeof failures

export function refusal(
  dialect: Dialect,
  failure: Failure,
  fields?: Readonly<Record<string, unknown>>,
): AwsError {
  const wording = failures[failure][dialect]
  if (failure === 'missing' && dialect === 'query') {
    return new AwsError({ ...wording, message: 'Request is missing Authentication Token' })
  }
  return new AwsError({ ...wording, fields: dialect === 's3' ? fields : undefined })
}

/** A signature that says something which cannot be right, e.g. its scope or its time. */
export function invalidSignature(dialect: Dialect, message: string): AwsError {
  const wording = failures.wrongSignature[dialect]
  return new AwsError({ ...wording, message })
}

/** Parts of the signature are absent or unreadable. */
export function incompleteSignature(dialect: Dialect, message: string): AwsError {
  if (dialect === 'query')
    return new AwsError({ name: 'IncompleteSignature', status: 400, message })
  const status = dialect === 'rest' ? 403 : 400
  return new AwsError({ name: 'IncompleteSignatureException', status, message })
}

/** S3: the Authorization header cannot be read. */
export function malformedHeader(message: string): AwsError {
  return new AwsError({
    name: 'AuthorizationHeaderMalformed',
    status: 400,
    message: `The authorization header is malformed; ${message}`,
  })
}

/** S3: the parameters of a presigned URL cannot be read. */
export function malformedQuery(message: string): AwsError {
  return new AwsError({ name: 'AuthorizationQueryParametersError', status: 400, message })
}

export function s3Error(
  name: string,
  status: number,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
): AwsError {
  return new AwsError({ name, status, message, fields })
}
