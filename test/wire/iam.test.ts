import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetGroupCommand,
  GetLoginProfileCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRoleTagsCommand,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { CreateStreamCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis'
import { poll, startLake, type TestLake } from '../harness/index.ts'

const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })
const allow = (action: string, resource = '*') => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
})
const trust = document({
  Effect: 'Allow',
  Principal: { Service: 'firehose.amazonaws.com' },
  Action: 'sts:AssumeRole',
})

describe('IAM', () => {
  let lake: TestLake
  let iam: IAMClient
  before(async () => {
    lake = await startLake()
    iam = lake.client(IAMClient)
  })
  after(() => lake.stop())

  const userWithKey = async (name: string) => {
    await iam.send(new CreateUserCommand({ UserName: name }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }))
    return {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    }
  }

  it('keeps users, under names that differ by more than their case', async () => {
    const { User } = await iam.send(
      new CreateUserCommand({ UserName: 'Anna', Path: '/team/', Tags: [{ Key: 'a', Value: '1' }] }),
    )
    assert.equal(User!.Arn, `arn:aws:iam::${lake.accountId}:user/team/Anna`)
    const found = await iam.send(new GetUserCommand({ UserName: 'Anna' }))
    assert.deepEqual(found.User, User)
    await assert.rejects(iam.send(new CreateUserCommand({ UserName: 'anna' })), {
      name: 'EntityAlreadyExistsException',
      message: 'User with name anna already exists.',
    })
    await assert.rejects(iam.send(new GetUserCommand({ UserName: 'nobody' })), {
      name: 'NoSuchEntityException',
      message: 'The user with name nobody cannot be found.',
    })
    await iam.send(new UpdateUserCommand({ UserName: 'Anna', NewUserName: 'Anne', NewPath: '/' }))
    const renamed = await iam.send(new GetUserCommand({ UserName: 'Anne' }))
    assert.equal(renamed.User!.UserId, User!.UserId)
    assert.equal(renamed.User!.Arn, `arn:aws:iam::${lake.accountId}:user/Anne`)
    await assert.rejects(iam.send(new CreateUserCommand({ UserName: 'no spaces' })), {
      name: 'ValidationError',
    })
    await assert.rejects(iam.send(new GetLoginProfileCommand({ UserName: 'Anne' })), {
      name: 'NoSuchEntityException',
      message: 'Login Profile for User Anne cannot be found.',
    })
    assert.equal((await iam.send(new GetUserCommand({}))).User!.UserId, lake.accountId)
  })

  it('lists in pages', async () => {
    for (const name of ['page-1', 'page-2', 'page-3']) {
      await iam.send(new CreateUserCommand({ UserName: name, Path: '/pages/' }))
    }
    const list = (Marker?: string) =>
      iam.send(new ListUsersCommand({ PathPrefix: '/pages/', MaxItems: 2, Marker }))
    const first = await list()
    assert.equal(first.IsTruncated, true)
    const second = await list(first.Marker)
    assert.equal(second.IsTruncated, false)
    const names = [...first.Users!, ...second.Users!].map(({ UserName }) => UserName)
    assert.deepEqual(names, ['page-1', 'page-2', 'page-3'])
  })

  it('gives a user two keys at most, that work while they are active', async () => {
    const credentials = await userWithKey('keyed')
    await iam.send(
      new AttachUserPolicyCommand({
        UserName: 'keyed',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonKinesisReadOnlyAccess',
      }),
    )
    const kinesis = lake.client(KinesisClient, { credentials })
    await kinesis.send(new ListStreamsCommand({}))
    await assert.rejects(
      kinesis.send(new CreateStreamCommand({ StreamName: 's', ShardCount: 1 })),
      {
        name: 'AccessDeniedException',
      },
    )
    await poll('the last use of the key', async () => {
      const { AccessKeyLastUsed, UserName } = await iam.send(
        new GetAccessKeyLastUsedCommand({ AccessKeyId: credentials.accessKeyId }),
      )
      return UserName === 'keyed' && AccessKeyLastUsed!.ServiceName === 'kinesis'
    })
    await iam.send(new CreateAccessKeyCommand({ UserName: 'keyed' }))
    await assert.rejects(iam.send(new CreateAccessKeyCommand({ UserName: 'keyed' })), {
      name: 'LimitExceededException',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    })
    await iam.send(
      new UpdateAccessKeyCommand({
        UserName: 'keyed',
        AccessKeyId: credentials.accessKeyId,
        Status: 'Inactive',
      }),
    )
    const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'keyed' }))
    assert.deepEqual(AccessKeyMetadata!.map(({ Status }) => Status).toSorted(), [
      'Active',
      'Inactive',
    ])
    await assert.rejects(kinesis.send(new ListStreamsCommand({})), {
      name: 'UnrecognizedClientException',
    })
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: 'keyed' })), {
      name: 'DeleteConflictException',
    })
  })

  it('keeps roles with policies, tags and boundaries', async () => {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: 'delivery',
        AssumeRolePolicyDocument: trust,
        Description: 'of events',
        Tags: [{ Key: 'a', Value: '1' }],
      }),
    )
    assert.equal(decodeURIComponent(Role!.AssumeRolePolicyDocument!), trust)
    assert.equal(Role!.MaxSessionDuration, 3600)
    await iam.send(
      new UpdateRoleCommand({ RoleName: 'delivery', MaxSessionDuration: 7200, Description: 'x' }),
    )
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'limit', PolicyDocument: document(allow('s3:*')) }),
    )
    await iam.send(
      new PutRolePermissionsBoundaryCommand({
        RoleName: 'delivery',
        PermissionsBoundary: Policy!.Arn,
      }),
    )
    const changed = await iam.send(new GetRoleCommand({ RoleName: 'delivery' }))
    assert.equal(changed.Role!.MaxSessionDuration, 7200)
    assert.equal(changed.Role!.Description, 'x')
    assert.deepEqual(changed.Role!.PermissionsBoundary, {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: Policy!.Arn,
    })
    await iam.send(new TagRoleCommand({ RoleName: 'delivery', Tags: [{ Key: 'b', Value: '2' }] }))
    await iam.send(new UntagRoleCommand({ RoleName: 'delivery', TagKeys: ['a'] }))
    const { Tags } = await iam.send(new ListRoleTagsCommand({ RoleName: 'delivery' }))
    assert.deepEqual(Tags, [{ Key: 'b', Value: '2' }])
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'delivery',
        PolicyName: 'inline',
        PolicyDocument: document(allow('s3:*')),
      }),
    )
    const inline = await iam.send(
      new GetRolePolicyCommand({ RoleName: 'delivery', PolicyName: 'inline' }),
    )
    assert.equal(decodeURIComponent(inline.PolicyDocument!), document(allow('s3:*')))
    await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: 'delivery' })), {
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must delete policies first.',
    })
    await assert.rejects(iam.send(new DeletePolicyCommand({ PolicyArn: Policy!.Arn })), {
      name: 'DeleteConflictException',
    })
  })

  it('refuses documents that are no policies', async () => {
    const malformed = (PolicyDocument: string, message: RegExp) =>
      assert.rejects(
        iam.send(new CreatePolicyCommand({ PolicyName: 'bad', PolicyDocument })),
        (error: Error) => {
          assert.equal(error.name, 'MalformedPolicyDocumentException')
          assert.match(error.message, message)
          return true
        },
      )
    await malformed('{', /invalid Json/)
    await malformed('{}', /^Syntax errors in policy\.$/)
    await malformed(document({ Effect: 'Allow', Action: 's3:*' }), /must contain resources\.$/)
    await malformed(document({ ...allow('s3:*'), Principal: '*' }), /not specify a principal\.$/)
    await malformed(document(allow('s3:*', 'bucket')), /must be in ARN format or "\*"\.$/)
    await malformed(document(allow('everything')), /prefaced by a vendor/)
    const assume = (PolicyDocument: string) =>
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'delivery', PolicyDocument }))
    await assert.rejects(assume(document(allow('sts:AssumeRole'))), {
      name: 'MalformedPolicyDocumentException',
      message: 'Has prohibited field Resource',
    })
    await assert.rejects(
      assume(document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: 'me' } })),
      { message: 'Invalid principal in policy: "AWS":"me"' },
    )
  })

  it('keeps versions of managed policies', async () => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'versioned', PolicyDocument: document(allow('s3:*')) }),
    )
    const PolicyArn = Policy!.Arn!
    for (const action of ['kinesis:*', 'glue:*', 'athena:*', 'logs:*']) {
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn,
          PolicyDocument: document(allow(action)),
          SetAsDefault: true,
        }),
      )
    }
    await assert.rejects(
      iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document(allow('s3:*')) }),
      ),
      { name: 'LimitExceededException' },
    )
    const found = await iam.send(new GetPolicyCommand({ PolicyArn }))
    assert.equal(found.Policy!.DefaultVersionId, 'v5')
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))
    assert.deepEqual(
      Versions!.map(({ VersionId }) => VersionId),
      ['v5', 'v4', 'v3', 'v2', 'v1'],
    )
    await assert.rejects(iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v5' })), {
      name: 'DeleteConflictException',
    })
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
    const second = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    assert.equal(decodeURIComponent(second.PolicyVersion!.Document!), document(allow('kinesis:*')))
  })

  it('attaches policies to roles and groups, those of AWS too', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole'
    await iam.send(new CreateRoleCommand({ RoleName: 'crawler', AssumeRolePolicyDocument: trust }))
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'crawler', PolicyArn }))
    const { AttachedPolicies } = await iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: 'crawler' }),
    )
    assert.deepEqual(AttachedPolicies, [{ PolicyName: 'AWSGlueServiceRole', PolicyArn }])
    const holders = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
    assert.deepEqual(
      holders.PolicyRoles!.map(({ RoleName }) => RoleName),
      ['crawler'],
    )
    const attached = await iam.send(new ListPoliciesCommand({ Scope: 'AWS', OnlyAttached: true }))
    assert.ok(attached.Policies!.some(({ Arn }) => Arn === PolicyArn))
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'crawler', PolicyArn }))
    await assert.rejects(
      iam.send(
        new AttachRolePolicyCommand({
          RoleName: 'crawler',
          PolicyArn: 'arn:aws:iam::aws:policy/Unheard',
        }),
      ),
      {
        name: 'NoSuchEntityException',
        message: 'Policy arn:aws:iam::aws:policy/Unheard does not exist or is not attachable.',
      },
    )
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'profile' }))
    const both = { InstanceProfileName: 'profile', RoleName: 'crawler' }
    await iam.send(new AddRoleToInstanceProfileCommand(both))
    const profiles = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'crawler' }))
    assert.equal(profiles.InstanceProfiles![0]!.Roles![0]!.RoleName, 'crawler')
    await assert.rejects(iam.send(new DeleteRoleCommand({ RoleName: 'crawler' })), {
      name: 'DeleteConflictException',
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    })
    await iam.send(new RemoveRoleFromInstanceProfileCommand(both))
    await iam.send(new DeleteRoleCommand({ RoleName: 'crawler' }))
  })

  it('gives users what their groups may do', async () => {
    const credentials = await userWithKey('member')
    await iam.send(new CreateGroupCommand({ GroupName: 'streamers' }))
    await iam.send(
      new AttachGroupPolicyCommand({
        GroupName: 'streamers',
        PolicyArn: 'arn:aws:iam::aws:policy/AmazonKinesisFullAccess',
      }),
    )
    const kinesis = lake.client(KinesisClient, { credentials })
    await assert.rejects(kinesis.send(new ListStreamsCommand({})), {
      name: 'AccessDeniedException',
    })
    await iam.send(new AddUserToGroupCommand({ GroupName: 'streamers', UserName: 'member' }))
    await kinesis.send(new ListStreamsCommand({}))
    const { Groups } = await iam.send(new ListGroupsForUserCommand({ UserName: 'member' }))
    assert.equal(Groups![0]!.GroupName, 'streamers')
    const { Users } = await iam.send(new GetGroupCommand({ GroupName: 'streamers' }))
    assert.equal(Users![0]!.UserName, 'member')
    await assert.rejects(
      lake.client(IAMClient, { credentials }).send(new GetUserCommand({})),
      (error: Error) => {
        assert.equal(error.name, 'AccessDenied')
        assert.match(error.message, /not authorized to perform: iam:GetUser on resource: /)
        return true
      },
    )
  })
})
