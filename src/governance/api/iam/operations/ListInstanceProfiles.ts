import {
  ListInstanceProfiles$,
  type ListInstanceProfilesRequest,
  type ListInstanceProfilesResponse,
} from '@aws-sdk/client-iam'
import { listEntities } from '#governance/identity'
import { operation } from '../context.ts'
import { afterOf, limitOf, pageOutput } from '../paging.ts'
import { toInstanceProfile } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfiles.html */
export const ListInstanceProfiles = operation<
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse
>(ListInstanceProfiles$, async (input, { identity: { store }, accountId }) => {
  const page = await listEntities(store, {
    accountId,
    kind: 'instance-profile',
    pathPrefix: input.PathPrefix,
    after: afterOf(input),
    limit: limitOf(input),
  })
  return {
    InstanceProfiles: await Promise.all(
      page.entities.map((entity) => toInstanceProfile(store, entity)),
    ),
    ...pageOutput(page.next),
  }
})
