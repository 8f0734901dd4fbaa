import type { TableRef } from '#catalog/metastore'
import { chooseSnapshot } from '#catalog/tables'
import { committedBy, type MaintenanceParts } from './parts.ts'

/** Manifests under this size are small: the target is 8 MiB unless the table says otherwise. */
const smallBytes = 1024 * 1024
const smallCountMin = 20

/**
 * Sorts the entries of a table's manifests by partition, into few and large ones, when many are small. No row is touched. Answers how
 * many manifests there were and are. Errors: those of `IcebergTables.changeSnapshot`.
 */
export async function rewriteManifests(
  { tables, manifests }: Pick<MaintenanceParts, 'tables' | 'manifests'>,
  ref: TableRef,
  options: { readonly always?: boolean } = {},
): Promise<{ readonly before: number; readonly after: number }> {
  const { metadata } = await tables.load(ref)
  const snapshot = chooseSnapshot(metadata)
  if (!snapshot) return { before: 0, after: 0 }
  const source = manifests.sourceFor(ref.accountId)
  const list = await source.list(snapshot)
  const small = list.filter(({ sizeBytes }) => sizeBytes < smallBytes)
  if (!options.always && small.length < smallCountMin) {
    return { before: list.length, after: list.length }
  }
  const change = { kind: 'rewrite-manifests' } as const
  const { snapshot: made } = await tables.changeSnapshot(ref, { change }, committedBy)
  return { before: list.length, after: (await source.list(made)).length }
}
