import type { Grant } from '@aws-sdk/client-s3'
import type { Grantee } from '#governance/identity'

export const allUsers = 'http://acs.amazonaws.com/groups/global/AllUsers'
export const authenticatedUsers = 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers'

/*
 * Which permission of a list stands for an action:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#permissions
 */
const ofBucket: Readonly<Record<string, string>> = {
  's3:ListBucket': 'READ',
  's3:ListBucketVersions': 'READ',
  's3:ListBucketMultipartUploads': 'READ',
  's3:PutObject': 'WRITE',
  's3:GetBucketAcl': 'READ_ACP',
  's3:PutBucketAcl': 'WRITE_ACP',
}
const ofObject: Readonly<Record<string, string>> = {
  's3:GetObject': 'READ',
  's3:GetObjectVersion': 'READ',
  's3:GetObjectAcl': 'READ_ACP',
  's3:GetObjectVersionAcl': 'READ_ACP',
  's3:PutObjectAcl': 'WRITE_ACP',
  's3:PutObjectVersionAcl': 'WRITE_ACP',
}

/** To whom a bucket's list gives the action. */
export function bucketGrantees(grants: readonly Grant[], action: string): readonly Grantee[] {
  return granteesOf(grants, ofBucket[action])
}

/** To whom an object's list gives the action. */
export function objectGrantees(grants: readonly Grant[], action: string): readonly Grantee[] {
  return granteesOf(grants, ofObject[action])
}

function granteesOf(grants: readonly Grant[], permission: string | undefined): readonly Grantee[] {
  if (permission === undefined) return []
  return grants
    .filter(({ Permission }) => Permission === permission || Permission === 'FULL_CONTROL')
    .flatMap(({ Grantee: grantee }): readonly Grantee[] => {
      if (grantee?.URI === allUsers) return ['everyone']
      if (grantee?.URI === authenticatedUsers) return ['authenticated']
      return grantee?.ID === undefined ? [] : [{ canonicalUserId: grantee.ID }]
    })
}
