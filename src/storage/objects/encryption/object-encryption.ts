import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { randomHex } from '#kit'
import type { Database, ReadCache } from '#platform/database'
import { getBucketRow } from '../bucket-rows.ts'
import { ObjectErrors } from '../errors.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'

/** The keys that data keys of objects are sealed with; given by the composition root. */
export interface EncryptionKeys {
  /** Under the lake's own master key. */
  seal(plain: Uint8Array): Buffer
  unseal(sealed: Uint8Array): Buffer
  /** The ARN of a KMS key; without a name of the one that AWS manages for S3. Errors: `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`. */
  kmsKey(place: KmsPlace, name: string | undefined): Promise<string>
  /** Errors: `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`. */
  kmsSeal(keyArn: string, plain: Uint8Array, context: KmsContext): Promise<Buffer>
  kmsUnseal(keyArn: string, sealed: Uint8Array, context: KmsContext): Promise<Buffer>
}

export interface KmsPlace {
  readonly accountId: string
  readonly region: string
}

export type KmsContext = Readonly<Record<string, string>>

/** How an object shall be encrypted. */
export type EncryptionRequest =
  | { readonly mode: 'AES256' }
  | {
      readonly mode: 'aws:kms'
      readonly keyName?: string
      readonly context?: KmsContext
      readonly bucketKey?: boolean
    }
  /** With a key of the client's, of 32 bytes, which is not kept. */
  | { readonly mode: 'customer'; readonly key: Uint8Array }

/** Whether the caller may use a KMS key. */
export type PermitKey = (key: {
  readonly keyArn: string
  /** The key that AWS manages for S3: whoever may use the bucket may use it. */
  readonly managed: boolean
  /** What KMS authenticates with the data key. */
  readonly context: KmsContext
}) => Promise<boolean>

/** What is kept of an encryption, as JSON in the object's row. */
export interface EncryptionRecord {
  readonly mode: EncryptionRequest['mode']
  /** The data key, sealed; base64. */
  readonly sealed: string
  readonly keyArn?: string
  /** True for the key that AWS manages for S3. */
  readonly managed?: boolean
  readonly context?: KmsContext
  readonly bucketKey?: boolean
}

export interface Encryption {
  readonly record: EncryptionRecord
  readonly dataKey: Uint8Array
}

interface Target {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
}

/** Decides how objects are encrypted, and finds their data keys again. */
export class ObjectEncryption {
  readonly #database: Database
  readonly #buckets: ReadCache<keyof ObjectTables>
  readonly #keys: EncryptionKeys | undefined
  readonly #byDefault: boolean

  constructor(
    database: Database,
    buckets: ReadCache<keyof ObjectTables>,
    keys: EncryptionKeys | undefined,
    byDefault: boolean,
  ) {
    this.#database = database
    this.#buckets = buckets
    this.#keys = keys
    this.#byDefault = byDefault
  }

  /** Whether objects are encrypted (SSE-S3) where neither request nor bucket says anything. */
  get byDefault(): boolean {
    return this.#byDefault
  }

  /**
   * A new data key for an object: as asked, else as the bucket says, else as the lake does by default. Undefined when the
   * object stays plain. Errors: `AccessDenied` (the KMS key), `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`.
   */
  async begin(
    target: Target,
    asked?: EncryptionRequest,
    permit?: PermitKey,
  ): Promise<Encryption | undefined> {
    const request = await this.#decide(target, asked)
    if (!request) return undefined
    const dataKey = Buffer.from(randomHex(32), 'hex')
    return { dataKey, record: await this.seal(target, dataKey, request, permit) }
  }

  /** What is kept of an object whose bytes are encrypted under a data key. Errors: those of `begin`. */
  async seal(
    target: Target,
    dataKey: Uint8Array,
    request: EncryptionRequest,
    permit?: PermitKey,
  ): Promise<EncryptionRecord> {
    if (request.mode === 'customer') {
      return { mode: 'customer', sealed: sealUnder(request.key, dataKey).toString('base64') }
    }
    const keys = this.#required()
    if (request.mode === 'AES256') {
      return { mode: 'AES256', sealed: keys.seal(dataKey).toString('base64') }
    }
    const { region } = await this.#bucketRow(target)
    const keyArn = await keys.kmsKey({ accountId: target.accountId, region }, request.keyName)
    const managed = request.keyName === undefined
    const bucketArn = `arn:aws:s3:::${target.bucket}`
    const context = {
      ...request.context,
      'aws:s3:arn': request.bucketKey ? bucketArn : `${bucketArn}/${target.key}`,
    }
    if (permit && !(await permit({ keyArn, managed, context })))
      throw keyDenied('kms:GenerateDataKey', keyArn)
    const sealed = (await keys.kmsSeal(keyArn, dataKey, context)).toString('base64')
    const bucketKey = request.bucketKey === true
    return { mode: 'aws:kms', sealed, keyArn, managed, context, bucketKey }
  }

  /**
   * The data key of an object or upload; undefined when it is plain. Errors: `InvalidRequest` (a customer's key is missing, or
   * one too many), `AccessDenied` (another key, or not permitted), `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`.
   */
  async dataKeyOf(
    row: Pick<VersionRow, 'encryption'>,
    customerKey?: Uint8Array,
    permit?: PermitKey,
  ): Promise<Uint8Array | undefined> {
    const record = recordOf(row)
    if (record?.mode !== 'customer' && customerKey) {
      throw ObjectErrors.InvalidRequest(
        'The encryption parameters are not applicable to this object.',
      )
    }
    if (!record) return undefined
    const sealed = Buffer.from(record.sealed, 'base64')
    if (record.mode === 'customer') {
      if (!customerKey) {
        throw ObjectErrors.InvalidRequest(
          'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
        )
      }
      return unsealUnder(customerKey, sealed)
    }
    if (record.mode === 'AES256') return this.#required().unseal(sealed)
    const keyArn = record.keyArn!
    const { managed = false, context = {} } = record
    if (permit && !(await permit({ keyArn, managed, context }))) {
      throw keyDenied('kms:Decrypt', keyArn)
    }
    return this.#required().kmsUnseal(keyArn, sealed, context)
  }

  async #decide(target: Target, asked: EncryptionRequest | undefined) {
    const fallback = async () => (await this.#ofBucket(target)) ?? this.#ofLake()
    if (!asked) return fallback()
    if (asked.mode !== 'aws:kms' || asked.bucketKey !== undefined) return asked
    const ofBucket = await this.#ofBucket(target)
    return ofBucket?.mode === 'aws:kms'
      ? { ...asked, bucketKey: ofBucket.bucketKey === true }
      : asked
  }

  #ofLake(): EncryptionRequest | undefined {
    return this.#byDefault ? { mode: 'AES256' } : undefined
  }

  /** The bucket's default encryption: the document of PutBucketEncryption. */
  async #ofBucket({ bucket }: Target): Promise<EncryptionRequest | undefined> {
    return (await this.#buckets.get(`encryption ${bucket}`, () => this.#readOfBucket(bucket)))
      .request
  }

  async #readOfBucket(bucket: string): Promise<{ readonly request?: EncryptionRequest }> {
    const row = await this.#database
      .tables<ObjectTables>()
      .selectFrom('object_bucket_settings')
      .select('value')
      .where('bucket', '=', bucket)
      .where('name', '=', 'encryption')
      .executeTakeFirst()
    if (!row) return {}
    const rule = (JSON.parse(row.value) as BucketEncryption).Rules?.[0]
    const { SSEAlgorithm: mode, KMSMasterKeyID: keyName } =
      rule?.ApplyServerSideEncryptionByDefault ?? {}
    if (mode === undefined) return {}
    if (mode === 'AES256') return { request: { mode } }
    const bucketKey = rule?.BucketKeyEnabled === true
    return {
      request: { mode: 'aws:kms', ...(keyName === undefined ? {} : { keyName }), bucketKey },
    }
  }

  #bucketRow({ accountId, bucket }: Target) {
    return getBucketRow(this.#database, accountId, bucket)
  }

  #required(): EncryptionKeys {
    if (this.#keys) return this.#keys
    throw ObjectErrors.CiphertextBroken('this store was opened without keys')
  }
}

interface BucketEncryption {
  readonly Rules?: readonly {
    readonly ApplyServerSideEncryptionByDefault?: {
      readonly SSEAlgorithm?: string
      readonly KMSMasterKeyID?: string
    }
    readonly BucketKeyEnabled?: boolean
  }[]
}

/** What the row tells of its encryption. */
export function recordOf(row: Pick<VersionRow, 'encryption'>): EncryptionRecord | undefined {
  return row.encryption === null ? undefined : (JSON.parse(row.encryption) as EncryptionRecord)
}

/**
 * The ETag of bytes: their MD5, save where KMS or the client has the key, when it must not tell of the bytes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function etagOf(
  md5: string,
  encryption: { readonly record: EncryptionRecord; readonly dataKey: Uint8Array } | undefined,
): string {
  if (!encryption || encryption.record.mode === 'AES256') return md5
  return createHmac('sha256', encryption.dataKey).update(md5).digest('hex').slice(0, 32)
}

export function keyDenied(action: string, keyArn: string): Error {
  return ObjectErrors.AccessDenied(
    `The caller is not authorized to perform: ${action} on resource: ${keyArn}`,
  )
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM, for what is small: a data key, an annotation. */
export function sealUnder(key: Uint8Array, plain: Uint8Array): Buffer {
  const nonce = Buffer.from(randomHex(nonceBytes), 'hex')
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export function unsealUnder(key: Uint8Array, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes))
  const plain = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes))
  try {
    decipher.final()
  } catch (error) {
    throw ObjectErrors.AccessDenied('Access Denied', {}, error)
  }
  return plain
}
