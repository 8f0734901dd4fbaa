import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { ObjectErrors } from '../errors.ts'
import { findVersion } from '../finding.ts'
import type { ObjectRef } from '../objects.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'
import {
  recordOf,
  type EncryptionRequest,
  type ObjectEncryption,
  type PermitKey,
} from './object-encryption.ts'

/** See `ObjectStore.reseal`. */
export async function reseal(
  parts: {
    readonly database: Database
    readonly clock: Clock
    readonly encryption: ObjectEncryption
  },
  ref: ObjectRef,
  request: EncryptionRequest,
  permit: PermitKey,
): Promise<void> {
  const { database, encryption } = parts
  const row = await findVersion(database, ref)
  const mode = recordOf(row)?.mode
  if (mode === undefined || mode === 'customer') {
    throw ObjectErrors.InvalidRequest(
      'The encryption of an object that is not encrypted with SSE-S3 or SSE-KMS cannot be updated.',
    )
  }
  checkUnlocked(row, parts.clock.now())
  const dataKey = (await encryption.dataKeyOf(row))!
  const record = await encryption.seal(ref, dataKey, request, permit)
  await database.transaction(async (tx) => {
    const { numUpdatedRows } = await tx
      .tables<ObjectTables>()
      .updateTable('object_versions')
      .set({ encryption: JSON.stringify(record) })
      .where('bucket', '=', row.bucket)
      .where('key', '=', row.key)
      .where('age_rank', '=', row.age_rank)
      .where('encryption', '=', row.encryption)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) {
      throw ObjectErrors.PreconditionFailed('The object was changed at the same time.')
    }
  })
}

function checkUnlocked(row: VersionRow, nowMs: number): void {
  const isRetained = row.lock_until_ms !== null && row.lock_until_ms > nowMs
  if (row.legal_hold === 1 || isRetained) {
    throw ObjectErrors.AccessDenied('Access Denied because object protected by object lock.')
  }
}
