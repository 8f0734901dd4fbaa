import assert from 'node:assert/strict'
import { it } from 'node:test'
import { DeleteIndex } from './deletes.ts'
import type { ContentFile, ManifestEntry } from './manifest.ts'

function entry(content: ContentFile['content'], partition: readonly unknown[]): ManifestEntry {
  const none = new Map<number, never>()
  return {
    status: 'added',
    snapshotId: 1n,
    sequenceNumber: content === 'data' ? 1 : 2,
    fileSequenceNumber: 1,
    file: {
      content,
      path: `s3://b/${content}`,
      format: 'parquet',
      specId: 0,
      partition,
      recordCount: 1,
      sizeBytes: 1,
      metrics: {
        columnSizes: none,
        valueCounts: none,
        nullCounts: none,
        nanCounts: none,
        lowerBounds: none,
        upperBounds: none,
      },
      splitOffsets: undefined,
      equalityIds: content === 'equality-deletes' ? [1] : undefined,
      sortOrderId: undefined,
      firstRowId: undefined,
      referencedDataFile: undefined,
      contentOffset: undefined,
      contentSizeBytes: undefined,
    },
  }
}

it('finds deletes of a partition whose column was int when the data were written, and is long now', () => {
  for (const content of ['position-deletes', 'equality-deletes'] as const) {
    const index = new DeleteIndex([entry(content, [10n, 'x', null])], () => false)
    assert.equal(index.of(entry('data', [10, 'x', null])).length, 1)
    assert.equal(index.of(entry('data', [11, 'x', null])).length, 0)
    assert.equal(index.of(entry('data', [10, 'x', 0])).length, 0)
  }
})
