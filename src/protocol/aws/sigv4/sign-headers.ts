import { canonicalRequest } from './canonical.ts'
import { SigningKeys, algorithm, scopeText, sign, stringToSign } from './signing.ts'

/** What signs on behalf of somebody else: temporary credentials. */
export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
}

const keys = new SigningKeys()

/**
 * The headers that make a request to S3 a signed one: those that it had, and the signature's. The body is signed when the request says
 * its hash. https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function signHeaders(
  request: {
    readonly method: string
    readonly url: URL
    /** Lower-case names. */
    readonly headers: Readonly<Record<string, string>>
  },
  credentials: SigningCredentials,
  place: { readonly region: string; readonly nowMs: number },
): Readonly<Record<string, string>> {
  const { method, url } = request
  const amzDate = new Date(place.nowMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const scope = { date: amzDate.slice(0, 8), region: place.region, service: 's3' }
  const payloadHash = request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'
  const { authorization: _, ...given } = request.headers
  const headers: Record<string, string> = {
    ...given,
    host: url.host,
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': amzDate,
    'x-amz-security-token': credentials.sessionToken,
  }
  const signedHeaders = Object.keys(headers)
    .filter((name) => name === 'host' || name.startsWith('x-amz-'))
    .toSorted()
  const canonical = canonicalRequest({
    method,
    rawPath: url.pathname,
    rawQuery: url.search.slice(1),
    headers,
    signedHeaders,
    payloadHash,
    pathStyle: 's3',
  })
  const key = keys.get(credentials.accessKeyId, credentials.secretAccessKey, scope)
  const signature = sign(key, stringToSign(amzDate, scope, canonical))
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`
  return {
    ...headers,
    authorization: `${algorithm} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`,
  }
}
