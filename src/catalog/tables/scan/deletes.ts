import type { ContentFile, ManifestEntry } from './manifest.ts'

/** The field id of `file_path` in a position delete file: https://iceberg.apache.org/spec/#reserved-field-ids */
const filePathId = 2_147_483_546

/**
 * Finds the deletes of a data file: https://iceberg.apache.org/spec/#scan-planning. `isUnpartitioned` tells of a spec id
 * whether it has no fields: equality deletes of such a spec are of the whole table.
 */
export class DeleteIndex {
  readonly #positional = new Map<string, ManifestEntry[]>()
  readonly #equal = new Map<string, ManifestEntry[]>()
  readonly #everywhere: ManifestEntry[] = []
  /** Deletion vectors, by the data file. */
  readonly #vectors = new Map<string, ManifestEntry>()

  constructor(entries: readonly ManifestEntry[], isUnpartitioned: (specId: number) => boolean) {
    for (const entry of entries) {
      const { file } = entry
      if (file.content === 'equality-deletes') {
        if (isUnpartitioned(file.specId)) this.#everywhere.push(entry)
        else push(this.#equal, partitionKey(file), entry)
      } else if (file.format === 'puffin' && file.referencedDataFile !== undefined) {
        this.#vectors.set(file.referencedDataFile, entry)
      } else push(this.#positional, partitionKey(file), entry)
    }
  }

  of({ file, sequenceNumber }: ManifestEntry): readonly ManifestEntry[] {
    const key = partitionKey(file)
    const isLater = (entry: ManifestEntry) => entry.sequenceNumber > sequenceNumber
    const equal = [...this.#everywhere, ...(this.#equal.get(key) ?? [])].filter(isLater)
    const vector = this.#vectors.get(file.path)
    // A vector holds all that position deletes said before it.
    if (vector && vector.sequenceNumber >= sequenceNumber) return [...equal, vector]
    const positional = (this.#positional.get(key) ?? []).filter(
      (entry) => entry.sequenceNumber >= sequenceNumber && mayName(entry.file, file.path),
    )
    return [...equal, ...positional]
  }
}

function mayName(deletes: ContentFile, path: string): boolean {
  if (deletes.referencedDataFile !== undefined) return deletes.referencedDataFile === path
  const bytes = Buffer.from(path)
  const lower = deletes.metrics.lowerBounds.get(filePathId)
  const upper = deletes.metrics.upperBounds.get(filePathId)
  return (
    (lower === undefined || Buffer.compare(lower, bytes) <= 0) &&
    (upper === undefined || Buffer.compare(upper, bytes) >= 0)
  )
}

function partitionKey({ specId, partition }: ContentFile): string {
  return JSON.stringify([specId, partition], (_key, value: unknown) => {
    // A column that was int when the file was written, and is long now, has the same values.
    if (typeof value === 'bigint') return `#${value}`
    if (typeof value === 'number') return Object.is(value, -0) ? '#-0' : `#${value}`
    return value
  })
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}
