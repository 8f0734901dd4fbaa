import {
  type ContentFile,
  type NewFile,
  type TableMetadata,
  partitionValues,
  writeDeletionVectors,
} from '#catalog/tables'

/** The rows of one data file that are deleted; positions may repeat, in any order. */
export interface DeletedRows {
  readonly file: ContentFile
  readonly positions: readonly number[]
}

/**
 * A Puffin file with a vector for each of the data files, and what a table takes of it once its bytes are staged.
 * https://iceberg.apache.org/spec/#deletion-vectors
 */
export function vectorsOf(
  metadata: TableMetadata,
  rows: readonly DeletedRows[],
): {
  readonly bytes: Buffer
  readonly files: (staged: Required<Pick<NewFile, 'location' | 'blob'>>) => readonly NewFile[]
} {
  const { bytes, vectors } = writeDeletionVectors(
    rows.map(({ file, positions }) => ({
      dataFile: file.path,
      positions: [...new Set(positions)].toSorted((a, b) => a - b),
    })),
  )
  const files = (staged: Required<Pick<NewFile, 'location' | 'blob'>>) =>
    vectors.map((vector, at): NewFile => {
      const { file } = rows[at]!
      return {
        ...vector,
        ...staged,
        content: 'position-deletes',
        format: 'puffin',
        specId: file.specId,
        partition: partitionValues(metadata, file),
        sizeBytes: bytes.length,
      }
    })
  return { bytes, files }
}
