import type { TableRef } from '#catalog/metastore'
import { folderLocation, parseLocation, type TableMetadata } from '#catalog/tables'
import { MaintenanceErrors } from './errors.ts'
import { type MaintenanceParts } from './parts.ts'
import { manifestsOf, visitFiles } from './reachable.ts'
import { removeObjects } from './remove-objects.ts'

const dayMs = 86_400_000
export const orphanAgeMsDefault = 3 * dayMs
/** Younger files may belong to a commit that is still to come. */
const orphanAgeMsMin = dayMs

/**
 * Removes files in the table's folder that no snapshot, no metadata file that the table still names and no statistics lead to, and that
 * are older than `olderThanMs`: what writers left behind when they died. Errors: `MaintenanceRefused` when another table lies
 * in the same folder, or the table says `gc.enabled = false`; `InvalidMaintenance` for an age under a day.
 */
export async function removeOrphanFiles(
  parts: MaintenanceParts,
  ref: TableRef,
  signal: AbortSignal,
  options: {
    readonly olderThanMs?: number
    readonly dryRun?: boolean
    /** A folder of the table's: only there. */
    readonly location?: string
  } = {},
): Promise<{ readonly files: readonly string[] }> {
  const { olderThanMs = orphanAgeMsDefault } = options
  if (olderThanMs < orphanAgeMsMin) {
    throw MaintenanceErrors.InvalidMaintenance('Orphan files must be a day old at least')
  }
  const { metadata, location: metadataFile } = await parts.tables.load(ref)
  if (metadata.properties['gc.enabled'] === 'false') {
    throw MaintenanceErrors.MaintenanceRefused(
      'Cannot remove orphan files: the table says gc.enabled = false, its files may be shared',
    )
  }
  const folder = `${folderLocation(metadata.location)}/`
  await refuseShared(parts, ref, folder)
  const place = options.location === undefined ? folder : `${folderLocation(options.location)}/`
  if (!place.startsWith(folder)) {
    throw MaintenanceErrors.InvalidMaintenance(`${place} does not lie in the table's folder`)
  }
  // Listed before the table is read: what a commit adds meanwhile is no candidate.
  const candidates = await oldFiles(parts, ref, place, parts.clock.now() - olderThanMs, signal)
  if (candidates.size === 0) return { files: [] }
  await keepReachable(parts, ref, metadata, metadataFile, candidates)
  // The table may have moved while it was read.
  const again = await parts.tables.load(ref)
  if (again.location !== metadataFile) {
    await keepReachable(parts, ref, again.metadata, again.location, candidates)
  }
  const files = [...candidates]
  if (options.dryRun) return { files }
  await removeObjects(parts, ref.accountId, files, signal)
  return { files }
}

async function oldFiles(
  { objects }: MaintenanceParts,
  { accountId }: TableRef,
  folder: string,
  beforeMs: number,
  signal: AbortSignal,
): Promise<Set<string>> {
  const { bucket, key: prefix } = parseLocation(folder)
  const scheme = folder.slice(0, folder.indexOf(':'))
  const found = new Set<string>()
  let after: string | undefined
  do {
    signal.throwIfAborted()
    const page = await objects.list({
      accountId,
      bucket,
      prefix,
      limit: 1_000,
      ...(after === undefined ? {} : { after }),
    })
    for (const { key, lastModifiedMs } of page.objects) {
      if (lastModifiedMs < beforeMs) found.add(`${scheme}://${bucket}/${key}`)
    }
    after = page.next
  } while (after !== undefined)
  return found
}

async function keepReachable(
  { manifests }: MaintenanceParts,
  { accountId }: TableRef,
  metadata: TableMetadata,
  metadataFile: string,
  candidates: Set<string>,
): Promise<void> {
  // The same object may be called s3, s3a or s3n.
  const scheme = [...candidates][0]?.split(':')[0] ?? 's3'
  const keep = (location: string) => candidates.delete(location.replace(/^s3[an]?:/, `${scheme}:`))
  keep(metadataFile)
  for (const entry of metadata['metadata-log']) keep(entry['metadata-file'])
  for (const file of [...metadata.statistics, ...metadata['partition-statistics']]) {
    keep(file['statistics-path'])
  }
  const source = manifests.sourceFor(accountId)
  for (const snapshot of metadata.snapshots) keep(snapshot['manifest-list'])
  for (const manifest of (await manifestsOf(metadata.snapshots, source)).values()) {
    keep(manifest.path)
    if (candidates.size === 0) return
    await visitFiles(manifest, source, ({ path }) => keep(path))
  }
}

/** Errors: `MaintenanceRefused`. */
async function refuseShared(
  { metastore }: MaintenanceParts,
  ref: TableRef,
  folder: string,
): Promise<void> {
  const catalog = { accountId: ref.accountId, region: ref.region }
  let databases: string | undefined
  do {
    const page = await metastore.listDatabases(catalog, pageAt(databases))
    for (const { name } of page.items) {
      let next: string | undefined
      do {
        const found = await metastore.listTables({ ...catalog, database: name }, pageAt(next))
        for (const other of found.items) {
          if (name === ref.database.toLowerCase() && other.name === ref.table.toLowerCase())
            continue
          const place = other.storage?.location
          const lies = place !== undefined && `${place.replace(/\/+$/, '')}/`
          if (lies && (lies.startsWith(folder) || folder.startsWith(lies))) {
            throw MaintenanceErrors.MaintenanceRefused(
              `Cannot remove orphan files: the table ${name}.${other.name} lies in the same folder`,
            )
          }
        }
        next = found.nextToken
      } while (next !== undefined)
    }
    databases = page.nextToken
  } while (databases !== undefined)
}

function pageAt(nextToken: string | undefined) {
  return { limit: 100, ...(nextToken === undefined ? {} : { nextToken }) }
}
