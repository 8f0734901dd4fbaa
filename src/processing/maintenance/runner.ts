import type { TableRef } from '#catalog/metastore'
import { metadataLocationOf, parseLocation } from '#catalog/tables'
import { objectArn } from '#storage/objects'
import { cleanExpired } from './clean-expired.ts'
import { compact } from './compaction/compact.ts'
import type { RewriteParts } from './compaction/rewrite-group.ts'
import { expireSnapshots } from './expire-snapshots.ts'
import { removeOrphanFiles } from './orphan-files.ts'
import { partsAs } from './as-role.ts'
import type { OptimizerType } from './optimizers.ts'
import { isGone, sameTable, type MaintenanceParts, type RoleRights } from './parts.ts'
import { policyOf } from './policy.ts'
import { rewriteDeletes } from './deletes/rewrite-deletes.ts'
import { rewriteManifests } from './rewrite-manifests.ts'
import { recorded, type MaintenanceRun } from './runs.ts'

/** From a table's first change until it is looked after: what comes in between is done with it. */
const settleMs = 5 * 60_000
/** All tables are looked through this often: for changes that came another way, and for what only grows old. */
const sweepMs = 3_600_000

/** Looks after the Iceberg tables, in the background. */
export interface Maintenance {
  /** Does what is due. To be called every minute or so. */
  run(signal: AbortSignal): Promise<void>
  /** A table was changed: it is looked after soon. */
  noticed(ref: TableRef): void
  /** Looks after one table now, as its policy says. */
  maintain(ref: TableRef, signal: AbortSignal): Promise<void>
}

export function createMaintenance(
  parts: MaintenanceParts &
    RewriteParts & {
      /** For table optimizers that name a role. */
      readonly roleRights?: RoleRights
    },
): Maintenance {
  const { clock, log } = parts
  const due = new Map<string, { readonly ref: TableRef; readonly sinceMs: number }>()
  /** Where each table stood when it was last looked after. */
  const seen = new Map<string, string>()
  const orphansMs = new Map<string, number>()
  let sweptMs = clock.now()

  const noticed = (ref: TableRef) => {
    const key = keyOf(ref)
    if (!due.has(key)) due.set(key, { ref, sinceMs: clock.now() })
  }

  const maintain = async (ref: TableRef, signal: AbortSignal) => {
    const { metadata } = await parts.tables.load(ref)
    const policy = await policyOf(parts, ref, metadata)
    const run = (
      type: OptimizerType,
      work: (
        as: Awaited<ReturnType<typeof partsAs<typeof parts>>>,
      ) => Promise<MaintenanceRun['metrics']>,
    ) =>
      recorded(parts, ref, type, signal, async () =>
        work(await partsAs(parts, ref, policy.roles[type], parts.roleRights)),
      )
    const { compaction, expiry, orphans } = policy
    if (compaction) {
      await run('compaction', async (as) => ({ ...(await compact(as, ref, signal, compaction)) }))
      await run('compaction', async (as) => ({ ...(await rewriteDeletes(as, ref, signal)) }))
      await run('compaction', async (as) => {
        const { before, after } = await rewriteManifests(as, ref)
        return { manifestsRewritten: before === after ? 0 : before }
      })
    }
    if (expiry) {
      await run('retention', async (as) => {
        // What expires is removed after a time of grace, by the lake itself.
        if (expiry.cleanFiles) await as.require?.('s3:DeleteObject', filesOf(metadata.location))
        const keepFiles = !expiry.cleanFiles
        return expireSnapshots(as, ref, { retention: expiry.retention, keepFiles })
      })
    }
    const key = keyOf(ref)
    if (orphans && (orphansMs.get(key) ?? 0) + orphans.everyMs <= clock.now()) {
      orphansMs.set(key, clock.now())
      await run('orphan_file_deletion', async (as) => {
        const { files } = await removeOrphanFiles(as, ref, signal, orphans)
        return { orphans: files.length }
      })
    }
    seen.set(key, (await parts.tables.load(ref)).location)
  }

  const sweep = async () => {
    const present = new Set<string>()
    for await (const { ref, location } of allTables(parts)) {
      const key = keyOf(ref)
      present.add(key)
      const orphansDue = (orphansMs.get(key) ?? 0) + 86_400_000 <= clock.now()
      if (seen.get(key) !== location || orphansDue) noticed(ref)
    }
    for (const key of seen.keys()) if (!present.has(key)) seen.delete(key)
    for (const key of orphansMs.keys()) if (!present.has(key)) orphansMs.delete(key)
  }

  return {
    noticed,
    maintain,
    run: async (signal) => {
      await cleanExpired(parts, signal)
      if (clock.now() - sweptMs >= sweepMs) {
        sweptMs = clock.now()
        await sweep()
      }
      for (const [key, { ref, sinceMs }] of due) {
        if (signal.aborted) return
        if (clock.now() - sinceMs < settleMs) continue
        due.delete(key)
        try {
          await maintain(ref, signal)
        } catch (error) {
          if (signal.aborted) return
          if (!isGone(error))
            log.warn({ err: error, ...sameTable(ref) }, 'a table could not be looked after')
        }
      }
    },
  }
}

async function* allTables({ metastore }: MaintenanceParts) {
  for (const place of await metastore.listPlaces()) {
    let databases: string | undefined
    do {
      const page = await metastore.listDatabases(place, at(databases))
      for (const { name } of page.items) {
        let tables: string | undefined
        do {
          const found = await metastore.listTables({ ...place, database: name }, at(tables))
          for (const record of found.items) {
            const location = metadataLocationOf(record)
            if (location === undefined) continue
            yield { ref: { ...place, database: name, table: record.name }, location }
          }
          tables = found.nextToken
        } while (tables !== undefined)
      }
      databases = page.nextToken
    } while (databases !== undefined)
  }
}

function at(nextToken: string | undefined) {
  return { limit: 100, ...(nextToken === undefined ? {} : { nextToken }) }
}

/** The ARN of all that may lie in a table's folder. */
function filesOf(location: string): string {
  const { bucket, key } = parseLocation(location)
  return objectArn(bucket, `${key.replace(/\/$/, '')}/*`)
}

function keyOf(ref: TableRef): string {
  return JSON.stringify(Object.values(sameTable(ref)))
}
