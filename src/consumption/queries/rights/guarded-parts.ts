import type { Metastore } from '#catalog/metastore'
import { type IcebergTables, guardedTables } from '#catalog/tables'
import { guardedObjects, type Objects } from '#storage/objects'
import type { HotTails } from '../hot-tails.ts'
import { guardedCatalog } from './guarded-catalog.ts'
import { guardedTails } from './guarded-tails.ts'
import { type QueryRights, requireOn } from './query-rights.ts'

/** What a statement works on, for whoever sent it. */
export function guardedParts(
  parts: {
    readonly metastore: Metastore
    readonly tables: IcebergTables
    readonly objects: Objects
    readonly tails?: HotTails
  },
  rights: QueryRights,
) {
  return {
    metastore: guardedCatalog(parts.metastore, rights),
    tables: guardedTables(parts.tables, (...asked) => requireOn(rights, ...asked)),
    objects: guardedObjects(parts.objects, (...asked) => requireOn(rights, ...asked)),
    ...(parts.tails ? { tails: guardedTails(parts.tails, rights) } : {}),
    rights,
  }
}
