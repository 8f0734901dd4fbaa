import { createHash } from 'node:crypto'
import { keyConditions } from '#governance/keys'
import type { Call } from '#protocol/aws'
import {
  keyDenied,
  recordOf,
  type EncryptionRequest,
  type PermitKey,
  type VersionRow,
} from '#storage/objects'
import { accessDenied, invalidArgument, invalidRequest, notImplemented, s3Error } from './errors.ts'

export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSECustomerKey?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
}

/** The members by which a request says how an object shall be encrypted. */
export interface EncryptionInput extends CustomerKeyInput {
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

const customerHeader = 'x-amz-server-side-encryption-customer-'

/**
 * How the request wants an object to be encrypted, as members of a put, a copy, or the start of an upload; nothing when it leaves
 * that to the bucket. Errors: `InvalidArgument`, `InvalidRequest`, `NotImplemented` (two layers).
 */
export function encryptionOf(input: EncryptionInput, ctx: Call) {
  const request = requestOf(input)
  return {
    ...(request ? { encryption: request } : {}),
    permitKey: permitKey(ctx),
  }
}

/** Whether the caller may encrypt with a key. */
export function permitKey(ctx: Call): PermitKey {
  return (key) => mayUse('kms:GenerateDataKey', key, ctx)
}

function requestOf(input: EncryptionInput): EncryptionRequest | undefined {
  const key = customerKeyOf(input)
  const { ServerSideEncryption: mode, SSEKMSKeyId: keyName } = input
  if (key) {
    if (mode !== undefined || keyName !== undefined) {
      throw invalidArgument(
        'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
        'x-amz-server-side-encryption',
        mode,
      )
    }
    return { mode: 'customer', key }
  }
  if (mode === 'aws:kms:dsse') throw notImplemented('encryption in two layers (DSSE-KMS)')
  if (mode === undefined && keyName === undefined) return undefined
  if (mode === 'AES256' && keyName === undefined) return { mode }
  if (mode !== 'aws:kms') {
    if (mode === 'AES256' || mode === undefined) {
      throw invalidArgument(
        'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
        'x-amz-server-side-encryption',
        mode,
      )
    }
    throw invalidArgument(
      'The encryption method specified is not supported',
      'x-amz-server-side-encryption',
      mode,
    )
  }
  const context = contextOf(input.SSEKMSEncryptionContext)
  return {
    mode,
    ...(keyName === undefined ? {} : { keyName }),
    ...(context ? { context } : {}),
    ...(input.BucketKeyEnabled === undefined ? {} : { bucketKey: input.BucketKeyEnabled }),
  }
}

/**
 * The client's own key (SSE-C), checked against its MD5. It is kept nowhere.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html
 */
export function customerKeyOf(input: CustomerKeyInput): Buffer | undefined {
  const { SSECustomerAlgorithm: algorithm, SSECustomerKey: text, SSECustomerKeyMD5: md5 } = input
  if (algorithm === undefined && text === undefined && md5 === undefined) return undefined
  const start =
    'Requests specifying Server Side Encryption with Customer provided keys must provide '
  const refuse = (message: string, name: string) =>
    invalidArgument(message, `${customerHeader}${name}`, name === 'algorithm' ? algorithm : 'null')
  if (algorithm === undefined) {
    throw refuse(`${start}a valid encryption algorithm.`, 'algorithm')
  }
  if (algorithm !== 'AES256') {
    throw s3Error(
      'InvalidEncryptionAlgorithmError',
      400,
      'The Encryption request you specified is not valid. Supported value: AES256.',
    )
  }
  if (text === undefined) throw refuse(`${start}an appropriate secret key.`, 'key')
  const key = Buffer.from(text, 'base64')
  if (key.length !== 32 || key.toString('base64') !== text) {
    throw refuse('The secret key was invalid for the specified algorithm.', 'key')
  }
  if (md5 === undefined) {
    throw refuse(`${start}the client calculated MD5 of the secret key.`, 'key-MD5')
  }
  if (createHash('md5').update(key).digest('base64') !== md5) {
    throw refuse(
      'The calculated MD5 hash of the key did not match the hash that was provided.',
      'key-MD5',
    )
  }
  return key
}

/** The client's key as a member of a reference to an object that is read. */
export function withCustomerKey(input: CustomerKeyInput): { readonly customerKey?: Buffer } {
  const customerKey = customerKeyOf(input)
  return customerKey ? { customerKey } : {}
}

/** The client's key for the source of a copy. */
export function withSourceKey(input: {
  readonly CopySourceSSECustomerAlgorithm?: string | undefined
  readonly CopySourceSSECustomerKey?: string | undefined
  readonly CopySourceSSECustomerKeyMD5?: string | undefined
}): { readonly customerKey?: Buffer } {
  return withCustomerKey({
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  })
}

type Encrypted = Pick<VersionRow, 'encryption'>

/** What an answer tells of the encryption that was done. */
export function encryptionMembers(row: Encrypted, input: CustomerKeyInput = {}) {
  const record = recordOf(row)
  if (!record) return {}
  if (record.mode === 'customer') {
    return {
      SSECustomerAlgorithm: input.SSECustomerAlgorithm,
      SSECustomerKeyMD5: input.SSECustomerKeyMD5,
    }
  }
  if (record.mode === 'AES256') return { ServerSideEncryption: 'AES256' as const }
  return {
    ServerSideEncryption: 'aws:kms' as const,
    SSEKMSKeyId: record.keyArn,
    ...(record.bucketKey ? { BucketKeyEnabled: true } : {}),
  }
}

/** The same, for answers that do not know keys of clients. */
export function serverSideMembers(row: Encrypted) {
  return recordOf(row)?.mode === 'customer' ? {} : encryptionMembers(row)
}

/** Who reads what KMS encrypts needs `kms:Decrypt` for its key. Error: `AccessDenied`. */
export async function checkMayDecrypt(row: Encrypted, ctx: Call): Promise<void> {
  const { keyArn, managed = false, context = {} } = recordOf(row) ?? {}
  if (keyArn === undefined) return
  if (ctx.caller.kind === 'anonymous') throw accessDenied()
  if (await mayUse('kms:Decrypt', { keyArn, managed, context }, ctx)) return
  throw keyDenied('kms:Decrypt', keyArn)
}

type Key = Parameters<PermitKey>[0]

/** Keys are for callers of their own account, as far as the key's policy and their own allow. */
async function mayUse(
  action: string,
  { keyArn, managed, context }: Key,
  ctx: Call,
): Promise<boolean> {
  if (ctx.caller.kind === 'anonymous' || keyArn.split(':')[4] !== ctx.caller.accountId) return false
  const use = keyConditions('s3', keyArn, context)
  return managed || (await ctx.permits(action, keyArn, undefined, use))
}

/** Base64 of a JSON object of texts. */
function contextOf(header: string | undefined): Readonly<Record<string, string>> | undefined {
  if (header === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  } catch {
    value = undefined
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || !Object.values(value as object).every((item) => typeof item === 'string')) {
    throw invalidRequest('The header x-amz-server-side-encryption-context is invalid.')
  }
  return value as Readonly<Record<string, string>>
}
