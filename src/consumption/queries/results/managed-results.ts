import { createReadStream } from 'node:fs'
import { mkdir, open, opendir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { keyConditions } from '#governance/keys'
import { randomHex } from '#kit'
import type { Database } from '#platform/database'
import { ObjectErrors, openSealed, sealChunks } from '#storage/objects'
import { QueryErrors } from '../errors.ts'
import type { ExecutionStore } from '../executions/execution-store.ts'
import type { Execution } from '../records.ts'
import { type QueryRights, requireOn } from '../rights/query-rights.ts'
import { type ResultKeys, keyContext, keyUse } from './result-keys.ts'
import { type ResultPlace, bytesOf, resultPlace, sizeOf } from './result-place.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/managed-results.html */
export const managedHours = 24

/** What an execution remembers of its file, which has its id as name. */
export interface ManagedFile {
  readonly sizeBytes: number
  /** The key of its bytes, sealed; base64. */
  readonly sealed: string
  /** The KMS key that it is sealed under, if not the lake's own. */
  readonly keyArn?: string
}

export interface ManagedResultsOptions {
  /** No bucket has it: these files are reached by the ids of executions alone. */
  readonly folder: string
  readonly database: Database
  readonly keys: ResultKeys
  readonly hasRoom: (sizeBytes: number) => boolean
}

/**
 * Results that the service keeps itself, encrypted, for a day. A file is durable before the transaction that ends its
 * execution; one whose execution does not name it (a crash came between) goes with the next sweep.
 */
export class ManagedResults {
  readonly #options: ManagedResultsOptions

  constructor(options: ManagedResultsOptions) {
    this.#options = options
  }

  /** Whoever sent the statement must be allowed to use the KMS key. Error: `ExecutionFailed`, PERMISSION_DENIED. */
  placeOf(execution: Execution, rights: QueryRights): ResultPlace {
    return resultPlace(this.#options.database, async (source) => {
      const use = keyUse(execution, execution.managed?.kmsKey)
      if (use) {
        const conditions = keyConditions('athena', use.keyArn, keyContext(use))
        await requireOn(rights, 'kms:GenerateDataKey', use.keyArn, conditions)
      }
      const file = await this.#write(execution, await sizeOf(source), bytesOf(source))
      return {
        publish: () => Promise.resolve({ file }),
        discard: () => this.#remove(execution.id),
      }
    })
  }

  /** The bytes from `start` to `end`, both included. Errors: `ResultsExpired`, `InvalidQueryRequest` of the key. */
  async read(
    execution: Execution,
    file: ManagedFile,
    range: { readonly start: number; readonly end: number },
  ): Promise<Readable> {
    const sealed = Buffer.from(file.sealed, 'base64')
    const dataKey = await this.#options.keys.unseal(sealed, keyUse(execution, file.keyArn))
    const opened = {
      open: async (id: string, part?: { readonly start: number; readonly end: number }) => {
        const handle = await open(this.#path(id)).catch((error: NodeJS.ErrnoException) => {
          throw error.code === 'ENOENT' ? expired() : error
        })
        return createReadStream('', { fd: handle, ...part })
      },
    }
    return openSealed(opened, execution.id, dataKey, file.sizeBytes, range)
  }

  /** Removes what is older than a day, and what no execution names. */
  async sweep(executions: ExecutionStore, nowMs: number, signal: AbortSignal): Promise<void> {
    const batch = 200
    let ids: string[] = []
    const removeUnnamed = async () => {
      const kept = await executions.withManagedFiles(ids, nowMs - managedHours * 3_600_000)
      for (const id of ids) if (!kept.has(id)) await this.#remove(id)
      ids = []
    }
    for await (const entry of await this.#list()) {
      if (signal.aborted) return
      ids.push(entry.name)
      if (ids.length === batch) await removeUnnamed()
    }
    await removeUnnamed()
  }

  async #write(
    execution: Execution,
    sizeBytes: number,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<ManagedFile> {
    const { folder, keys, hasRoom } = this.#options
    if (!hasRoom(sizeBytes)) throw diskFull()
    const dataKey = Buffer.from(randomHex(32), 'hex')
    const use = keyUse(execution, execution.managed?.kmsKey)
    const sealed = await keys.seal(dataKey, use)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = await open(this.#path(execution.id), 'wx', 0o600)
    try {
      for await (const chunk of sealChunks(dataKey, bytes)) await file.writeFile(chunk)
      await file.sync()
    } catch (error) {
      await this.#remove(execution.id)
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? diskFull(error) : error
    } finally {
      await file.close()
    }
    await syncFolder(folder)
    return { sizeBytes, sealed: sealed.toString('base64'), ...(use ? { keyArn: use.keyArn } : {}) }
  }

  async #list() {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    return opendir(this.#options.folder)
  }

  async #remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true })
  }

  #path(id: string): string {
    return join(this.#options.folder, id)
  }
}

function diskFull(cause?: unknown) {
  return ObjectErrors.DiskFull('the disk has no room for the result', {}, cause)
}

export function expired() {
  return QueryErrors.ResultsExpired(
    `The results of this query are not kept any more: managed query results are there for ${managedHours} hours`,
  )
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
