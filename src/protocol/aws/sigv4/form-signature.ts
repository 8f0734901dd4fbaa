import { createHmac } from 'node:crypto'
import type { FormSignature, FormSignatureV4 } from '../authenticator.ts'
import type { Credential } from './credential-source.ts'
import { malformedQuery } from './errors.ts'
import { readCredential, readDate } from './signature.ts'
import { algorithm, sign, type CredentialScope, type SigningKeys } from './signing.ts'

/** Whose signature a form carries; `scope` of version 4 only. */
export interface FormSigner {
  readonly accessKeyId: string
  readonly scope?: CredentialScope
}

/**
 * What a form says of its signature, checked for form, not yet for truth. The policy itself is what is signed:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html.
 */
export function readFormSigner(form: FormSignature): FormSigner {
  return form.version === 2 ? { accessKeyId: form.accessKeyId } : readVersion4(form)
}

/** The signature that the form should carry. */
export function signForm(
  { policy }: FormSignature,
  { accessKeyId, scope }: FormSigner,
  { secretAccessKey }: Credential,
  keys: SigningKeys,
): string {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/HTTPPOSTForms.html
  if (!scope) return createHmac('sha1', secretAccessKey).update(policy).digest('base64')
  return sign(keys.get(accessKeyId, secretAccessKey, scope), policy)
}

function readVersion4(form: FormSignatureV4): FormSigner {
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
