import { type NewFile, type TableMetadata, dataFolder, parseLocation } from '#catalog/tables'
import { inParallel, uuid } from '#kit'
import type { WrittenFile } from '#processing/iceberg'
import type { Objects, StagedBlob } from '#storage/objects'
import { stagedAtOnce } from '../../writes/target.ts'

/** What a file is called behind its random name. */
const endings = {
  data: '.parquet',
  positions: '-deletes.parquet',
  vectors: '-deletes.puffin',
} as const

/** Files of a statement on their way into a table: durable, without a name until the commit gives them theirs. */
export class StagedFiles {
  readonly #objects: Objects
  readonly #accountId: string
  readonly #folder: string
  readonly #prefix: string
  readonly #blobs: StagedBlob[] = []

  constructor(
    parts: { readonly objects: Objects; readonly accountId: string; readonly id: string },
    metadata: TableMetadata,
  ) {
    this.#objects = parts.objects
    this.#accountId = parts.accountId
    this.#folder = dataFolder(metadata)
    this.#prefix = parts.id
  }

  data(written: readonly WrittenFile[]): Promise<readonly NewFile[]> {
    return inParallel(written, stagedAtOnce, ({ path, file }) => this.file(path, file, 'data'))
  }

  /** Takes over a file of the temporary folder. */
  async file(
    path: string,
    file: Omit<NewFile, 'location' | 'blob'>,
    kind: keyof typeof endings,
  ): Promise<NewFile> {
    const location = this.#location(kind)
    const target = { accountId: this.#accountId, ...parseLocation(location) }
    const blob = await this.#objects.stageFile(path, target)
    this.#blobs.push(blob)
    return { ...file, location, blob }
  }

  async bytes(
    bytes: Buffer,
    kind: keyof typeof endings,
  ): Promise<{ readonly location: string; readonly blob: StagedBlob }> {
    const location = this.#location(kind)
    const target = { accountId: this.#accountId, ...parseLocation(location) }
    const blob = await this.#objects.stage(bytes, target)
    this.#blobs.push(blob)
    return { location, blob }
  }

  /** Frees what was staged, when it will not be part of the table. */
  async discard(): Promise<void> {
    await Promise.allSettled(this.#blobs.splice(0).map((blob) => this.#objects.discard(blob)))
  }

  #location(kind: keyof typeof endings): string {
    return `${this.#folder}/${this.#prefix}-${uuid()}${endings[kind]}`
  }
}
