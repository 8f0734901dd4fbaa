import { CreateRole$, type CreateRoleRequest, type CreateRoleResponse } from '@aws-sdk/client-iam'
import { createRole } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags, toRole } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const CreateRole = operation<CreateRoleRequest, CreateRoleResponse>(
  CreateRole$,
  async (input, { identity: { store }, accountId }) => {
    const role = await createRole(store, {
      accountId,
      name: input.RoleName!,
      path: input.Path ?? '/',
      tags: fromTags(input.Tags),
      attributes: {
        trustPolicy: input.AssumeRolePolicyDocument!,
        description: input.Description,
        sessionSecondsMax: input.MaxSessionDuration ?? 3600,
        boundaryArn: input.PermissionsBoundary,
      },
    })
    return { Role: toRole(role) }
  },
)
