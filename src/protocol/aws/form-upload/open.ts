import { Readable } from 'node:stream'
import type { WireRequest, WireResponse } from '#protocol/http'
import type { Authenticated, Authenticator, FormSignature } from '../authenticator.ts'
import { AwsError } from '../service.ts'
import type { Inbound } from '../wire.ts'
import { answerUpload } from './answer.ts'
import { invalidField, missingField } from './errors.ts'
import { headersOf } from './headers.ts'
import { readUploadForm } from './multipart.ts'
import { checkPolicy, withinRange, type SizeRange } from './policy.ts'

/** A form that may upload: who sends it, and the PutObject that it stands for. */
export interface FormUpload {
  readonly authenticated: Authenticated
  readonly inbound: Inbound
  /** PutObject's answer, as the form wants to be answered. */
  answer(response: WireResponse): WireResponse
}

/**
 * A browser's upload (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html): reads the form up to its file,
 * then checks its signature and its policy. The file itself is still to come.
 */
export async function openFormUpload(
  request: WireRequest,
  bucket: string,
  authenticator: Authenticator,
  nowMs: number,
): Promise<FormUpload> {
  const form = await readUploadForm(request.headers['content-type'], request.body)
  const fields = new Map<string, string>()
  for (const [name, value] of form.fields) {
    fields.set(name, value.replaceAll('${filename}', form.file.filename))
  }
  const key = fields.get('key')
  if (key === undefined) throw missingField('key')
  if (key === '') throw invalidField('User key must have a length greater than 0.', 'key', '')
  const signature = signatureOf(form.fields)
  if (!authenticator.authenticateForm) throw accessDenied()
  const { caller, region } = await authenticator.authenticateForm(signature)
  const range: SizeRange = signature
    ? checkPolicy(signature.policy, new Map([['bucket', bucket], ...fields]), nowMs)
    : { min: 0, max: Infinity }
  const body = Readable.from(withinRange(form.file.content, range), { objectMode: false })
  return {
    authenticated: { caller, region, body },
    inbound: {
      request: {
        ...request,
        headers: { host: request.headers['host'] ?? '', ...headersOf(fields) },
        body,
      },
      payload: body,
      labels: { Bucket: bucket, Key: key },
    },
    answer: (response) => answerUpload(response, { request, bucket, key, fields }),
  }
}

const signatureFields = {
  'x-amz-signature': 'X-Amz-Signature',
  'x-amz-algorithm': 'X-Amz-Algorithm',
  'x-amz-credential': 'X-Amz-Credential',
  'x-amz-date': 'X-Amz-Date',
} as const

/** Undefined for a form that is sent by nobody in particular. */
function signatureOf(fields: ReadonlyMap<string, string>): FormSignature | undefined {
  const policy = fields.get('policy')
  const names = Object.keys(signatureFields) as (keyof typeof signatureFields)[]
  const sessionToken = fields.get('x-amz-security-token')
  if (fields.has('awsaccesskeyid') || fields.has('signature')) {
    const [accessKeyId, signature] = [fields.get('awsaccesskeyid'), fields.get('signature')]
    if (!accessKeyId) throw missingField('AWSAccessKeyId')
    if (!signature) throw missingField('signature')
    if (policy === undefined) throw missingField('policy')
    return { version: 2, policy, accessKeyId, signature, sessionToken }
  }
  if (names.every((name) => !fields.has(name))) {
    // A policy that nobody signed allows nothing.
    if (policy !== undefined) throw accessDenied()
    return undefined
  }
  for (const name of names) if (!fields.get(name)) throw missingField(signatureFields[name])
  if (policy === undefined) throw missingField('policy')
  return {
    version: 4,
    policy,
    algorithm: fields.get('x-amz-algorithm')!,
    credential: fields.get('x-amz-credential')!,
    date: fields.get('x-amz-date')!,
    signature: fields.get('x-amz-signature')!,
    sessionToken,
  }
}

function accessDenied(): AwsError {
  return new AwsError({ name: 'AccessDenied', status: 403, message: 'Access Denied' })
}
