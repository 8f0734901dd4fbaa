import type { ArchiveStatus, RestoreStatus } from '@aws-sdk/client-s3'
import { isBeingRestored, isRestored, type VersionRow } from '#storage/objects'

/** What GetObject and HeadObject say of a restore (`x-amz-restore`), and of an archive tier of intelligent tiering. */
export function archiveMembers(
  row: VersionRow,
  nowMs: number,
): {
  readonly Restore?: string
  readonly ArchiveStatus?: ArchiveStatus
} {
  const isTiered = row.access_tier === 'ARCHIVE_ACCESS' || row.access_tier === 'DEEP_ARCHIVE_ACCESS'
  return {
    ...restoreMember(row, nowMs),
    ...(isTiered ? { ArchiveStatus: row.access_tier as ArchiveStatus } : {}),
  }
}

function restoreMember(row: VersionRow, nowMs: number): { readonly Restore?: string } {
  if (isBeingRestored(row)) return { Restore: 'ongoing-request="true"' }
  if (!isRestored(row, nowMs)) return {}
  const until = new Date(row.restore_until_ms!).toUTCString()
  return { Restore: `ongoing-request="false", expiry-date="${until}"` }
}

/** The same in listings, where it is asked for. */
export function restoreStatus(
  row: VersionRow,
  asked: readonly string[] | undefined,
): { readonly RestoreStatus?: RestoreStatus } {
  if (!asked?.includes('RestoreStatus') || row.restore_tier === null) return {}
  return {
    RestoreStatus: {
      IsRestoreInProgress: isBeingRestored(row),
      ...(row.restore_until_ms === null
        ? {}
        : { RestoreExpiryDate: new Date(row.restore_until_ms) }),
    },
  }
}
