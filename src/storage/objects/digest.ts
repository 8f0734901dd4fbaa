import { createHash, hash } from 'node:crypto'
import {
  checksumBytes,
  createHasher,
  hashAtOnce,
  type ChecksumAlgorithm,
  type Checksums,
  type Hasher,
} from './checksums.ts'
import { ObjectErrors } from './errors.ts'

/** What was found while bytes went by. */
export interface Digested {
  readonly sizeBytes: number
  /** Hexadecimal. */
  readonly md5: string
  readonly checksums: Checksums
}

/** What the sender says that the bytes must come to. */
export interface Expected {
  /** Base64, from Content-MD5. */
  readonly md5?: string
  readonly checksums?: Checksums
  readonly sizeBytes?: number
  /** Checksums that come behind the bytes: asked for when they have ended. */
  readonly trailing?: () => Checksums
}

/** MD5 and any number of checksums over bytes as they flow. */
export class Digester {
  readonly #md5 = createHash('md5')
  readonly #hashers: readonly (readonly [ChecksumAlgorithm, Hasher])[]
  #sizeBytes = 0

  private constructor(hashers: readonly (readonly [ChecksumAlgorithm, Hasher])[]) {
    this.#hashers = hashers
  }

  static async create(algorithms: readonly ChecksumAlgorithm[]): Promise<Digester> {
    const unique = [...new Set(algorithms)]
    return new Digester(
      await Promise.all(unique.map(async (name) => [name, await createHasher(name)] as const)),
    )
  }

  update(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.byteLength
    this.#md5.update(chunk)
    for (const [, hasher] of this.#hashers) hasher.update(chunk)
  }

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  end(): Digested {
    const checksums: Partial<Record<ChecksumAlgorithm, string>> = {}
    for (const [name, hasher] of this.#hashers) checksums[name] = hasher.end().toString('base64')
    return { sizeBytes: this.#sizeBytes, md5: this.#md5.digest('hex'), checksums }
  }
}

/** The same for bytes at hand. */
export async function digest(
  bytes: Uint8Array,
  algorithms: readonly ChecksumAlgorithm[],
): Promise<Digested> {
  const checksums: Partial<Record<ChecksumAlgorithm, string>> = {}
  for (const name of algorithms) {
    if (checksums[name] !== undefined) continue
    const value = hashAtOnce(name, bytes)
    checksums[name] = (value instanceof Promise ? await value : value).toString('base64')
  }
  return { sizeBytes: bytes.byteLength, md5: hash('md5', bytes, 'hex'), checksums }
}

/** Refuses values that cannot be right whatever the bytes are: `InvalidDigest`, `InvalidRequest`. */
export function checkExpected(expected: Pick<Expected, 'md5' | 'checksums'>): void {
  if (expected.md5 !== undefined && !isBase64Of(expected.md5, 16)) {
    throw ObjectErrors.InvalidDigest('The Content-MD5 you specified was invalid.')
  }
  for (const [name, value] of Object.entries(expected.checksums ?? {})) {
    if (!isBase64Of(value, checksumBytes[name as ChecksumAlgorithm])) {
      throw ObjectErrors.InvalidRequest(
        `Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`,
      )
    }
  }
}

/** Compares what came with what was said: `BadDigest`, `IncompleteBody`. */
export function checkDigested(found: Digested, expected: Expected): void {
  if (expected.sizeBytes !== undefined && expected.sizeBytes !== found.sizeBytes) {
    throw ObjectErrors.IncompleteBody(
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    )
  }
  if (
    expected.md5 !== undefined &&
    Buffer.from(expected.md5, 'base64').toString('hex') !== found.md5
  ) {
    throw ObjectErrors.BadDigest('The Content-MD5 you specified did not match what we received.', {
      ExpectedDigest: expected.md5,
      CalculatedDigest: found.md5,
    })
  }
  const trailing = expected.trailing?.()
  if (trailing) checkExpected({ checksums: trailing })
  for (const [name, value] of Object.entries({ ...expected.checksums, ...trailing })) {
    if (found.checksums[name as ChecksumAlgorithm] !== value) {
      throw ObjectErrors.BadDigest(
        `The ${name} you specified did not match the calculated checksum.`,
      )
    }
  }
}

/** Digests bytes at hand, and compares them with what their sender said of them: the errors of `checkExpected` and `checkDigested`. */
export async function checkBytes(
  bytes: Uint8Array,
  expected: Expected,
  algorithms: readonly ChecksumAlgorithm[] = [],
): Promise<Digested> {
  checkExpected(expected)
  const sent = Object.keys(expected.checksums ?? {}) as ChecksumAlgorithm[]
  const digested = await digest(bytes, [...algorithms, ...sent])
  checkDigested(digested, expected)
  return digested
}

function isBase64Of(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === text
}
