import type { FormSignature } from '../authenticator.ts'
import { malformedQuery } from './errors.ts'
import { readCredential, readDate } from './signature.ts'
import { algorithm, type CredentialScope } from './signing.ts'

/**
 * What a form says of its signature, checked for form, not yet for truth. The policy itself is what is signed:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html.
 */
export function readFormSignature(form: FormSignature): {
  readonly accessKeyId: string
  readonly scope: CredentialScope
} {
  if (form.algorithm !== algorithm) {
    throw malformedQuery(
      'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
    )
  }
  const time = readDate(form.date)
  if (!time) {
    throw malformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  }
  return readCredential(form.credential, time.amzDate, 's3', 's3', (message) =>
    malformedQuery(`Error parsing the X-Amz-Credential parameter; ${message}`),
  )
}
