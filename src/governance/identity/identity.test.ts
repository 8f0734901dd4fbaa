import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createSealer, openMasterKey } from '#governance/keys'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import {
  attachPolicy,
  createAccessKey,
  createRole,
  createUser,
  createIdentity,
  deleteUser,
  getEntity,
  migrations,
  putInlinePolicy,
  setAccessKeyActive,
  type AccessRequest,
  type Identity,
} from './index.ts'

const accountId = '123456789012'

describe('the identity module', () => {
  let folder: string
  let database: Database
  let identity: Identity
  const clock = new ManualClock(Date.parse('2026-01-02T03:04:05Z'))
  const open = async () => {
    database = await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations,
      log: silentLogger(),
    })
    const sealer = createSealer(await openMasterKey(join(folder, 'master.key')))
    identity = createIdentity({ database, clock, sealer })
  }
  const close = async () => {
    await identity.close()
    await database.close()
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-identity-'))
    await open()
    await identity.ensureAccount(accountId)
  })
  after(async () => {
    await close()
    await rm(folder, { recursive: true })
  })

  const user = async (name: string, ...statements: object[]) => {
    const { store } = identity
    const created = await createUser(store, { accountId, name, path: '/', tags: [] })
    if (statements.length > 0) {
      const document = JSON.stringify({ Version: '2012-10-17', Statement: statements })
      await putInlinePolicy(store, { accountId, kind: 'user', name }, 'own', document)
    }
    const key = await createAccessKey(store, { accountId, userId: created.id })
    return (await identity.lookup(key.accessKeyId))!.caller
  }
  const put = (caller: AccessRequest['caller'], stream = 'events'): AccessRequest => ({
    caller,
    action: 'kinesis:PutRecord',
    service: 'kinesis',
    operation: 'PutRecord',
    input: { StreamName: stream },
    accountId,
    region: 'eu-west-1',
  })
  const denied = (message?: RegExp) => (error: unknown) =>
    isLakeError(error, 'AccessDenied') && (!message || message.test(error.message))

  it('keeps the root key over a restart, and takes the configured one', async () => {
    const made = await identity.ensureAccount(accountId)
    assert.match(made.accessKeyId, /^AKIA[A-Z2-7]{16}$/)
    assert.equal(made.secretAccessKey.length, 40)
    await close()
    await open()
    assert.deepEqual(await identity.ensureAccount(accountId), made)
    const found = await identity.lookup(made.accessKeyId)
    assert.equal(found?.secretAccessKey, made.secretAccessKey)
    assert.equal(found.caller.arn, `arn:aws:iam::${accountId}:root`)
    const given = { accessKeyId: 'AKIACONFIGURED', secretAccessKey: 'configured-secret' }
    await identity.ensureAccount(accountId, given)
    assert.equal(await identity.lookup(made.accessKeyId), undefined)
    assert.equal((await identity.lookup('AKIACONFIGURED'))?.secretAccessKey, 'configured-secret')
  })

  it('keeps accounts apart', async () => {
    const other = await identity.addAccount('210987654321')
    assert.equal((await identity.lookup(other.accessKeyId))?.caller.accountId, '210987654321')
    await assert.rejects(identity.addAccount('210987654321'), (error) =>
      isLakeError(error, 'AccountExists'),
    )
    await assert.rejects(identity.addAccount('12'), (error) => isLakeError(error, 'AccountInvalid'))
    assert.deepEqual(await identity.listAccounts(), [accountId, '210987654321'])
    assert.match((await identity.account(accountId))!.canonicalUserId, /^[0-9a-f]{64}$/)
  })

  it('refuses a user without policies, in the words of AWS', async () => {
    const caller = await user('plain')
    await assert.rejects(
      identity.authorize(put(caller)),
      denied(
        /^User: arn:aws:iam::123456789012:user\/plain is not authorized to perform: kinesis:PutRecord on resource: arn:aws:kinesis:eu-west-1:123456789012:stream\/events because no identity-based policy allows the kinesis:PutRecord action$/,
      ),
    )
  })

  it('allows what a policy allows, on the resources it names', async () => {
    const caller = await user('writer', {
      Effect: 'Allow',
      Action: 'kinesis:Put*',
      Resource: 'arn:aws:kinesis:*:123456789012:stream/events',
    })
    await identity.authorize(put(caller))
    await assert.rejects(identity.authorize(put(caller, 'others')), denied())
    await assert.rejects(
      identity.authorize({ ...put(caller), input: {} }),
      denied(/on resource: \* because/),
      'an unknown resource is not covered by a narrower allowance',
    )
  })

  it('lets a denial win', async () => {
    const caller = await user(
      'denied',
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'kinesis:PutRecord', Resource: '*' },
    )
    await assert.rejects(
      identity.authorize(put(caller)),
      denied(/with an explicit deny in an identity-based policy$/),
    )
  })

  it('sees a change of policies and of keys at once', async () => {
    const caller = await user('changing')
    await assert.rejects(identity.authorize(put(caller)), denied())
    const ref = { accountId, kind: 'user', name: 'changing' } as const
    await attachPolicy(identity.store, ref, 'arn:aws:iam::aws:policy/AmazonKinesisFullAccess')
    await identity.authorize(put(caller))
    const owner = { accountId, userId: caller.userId }
    await setAccessKeyActive(identity.store, owner, caller.accessKeyId, false)
    assert.equal(await identity.lookup(caller.accessKeyId), undefined)
    await assert.rejects(deleteUser(identity.store, { accountId, name: 'changing' }), (error) =>
      isLakeError(error, 'DeleteConflict'),
    )
  })

  describe('roles', () => {
    const role = (name: string, principal: object, condition?: object) =>
      createRole(identity.store, {
        accountId,
        name,
        path: '/team/',
        tags: [],
        attributes: {
          sessionSecondsMax: 3600,
          trustPolicy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Allow',
                Principal: principal,
                Action: 'sts:AssumeRole',
                ...(condition ? { Condition: condition } : {}),
              },
            ],
          }),
        },
      })
    const assume = (caller: AccessRequest['caller'], roleArn: string, own: object = {}) =>
      identity.assumeRole(
        { ...put(caller), action: 'sts:AssumeRole', service: 'sts', operation: 'AssumeRole' },
        {
          roleArn,
          sessionName: 'session',
          durationS: undefined,
          externalId: undefined,
          policy: undefined,
          policyArns: [],
          tags: [],
          sourceIdentity: undefined,
          ...own,
        },
      )

    it('are assumed by whom the trust policy names, and sessions end', async () => {
      const caller = await user('assumer')
      const { arn } = await role('named', { AWS: caller.arn })
      const assumed = await assume(caller, arn)
      assert.equal(assumed.arn, `arn:aws:sts::${accountId}:assumed-role/named/session`)
      await close()
      await open()
      const found = await identity.lookup(assumed.credentials.accessKeyId)
      assert.equal(found?.sessionToken, assumed.credentials.sessionToken)
      assert.equal(found.expiresAtMs, assumed.credentials.expiresAtMs)
      assert.equal(found.caller.arn, assumed.arn)
      await assert.rejects(identity.authorize(put(found.caller)), denied(/assumed-role\/named/))
    })

    it('that trust an account need a policy of the caller too', async () => {
      const { arn } = await role('account', { AWS: accountId })
      await assert.rejects(assume(await user('without'), arn), denied())
      const caller = await user('with', { Effect: 'Allow', Action: 'sts:*', Resource: arn })
      await assume(caller, arn)
    })

    it('of another account need both', async () => {
      const { arn } = await role('open', { AWS: '210987654321' })
      const root = (await identity.rootCredentials('210987654321'))!
      const caller = (await identity.lookup(root.accessKeyId))!.caller
      assert.match((await assume(caller, arn)).arn, /^arn:aws:sts::123456789012:/)
      const closed = await role('closed', { AWS: accountId })
      await assert.rejects(assume(caller, closed.arn), denied())
    })

    it('check conditions such as the external id', async () => {
      const caller = await user('external')
      const { arn } = await role(
        'external',
        { AWS: caller.arn },
        { StringEquals: { 'sts:ExternalId': 'right' } },
      )
      await assert.rejects(assume(caller, arn), denied())
      await assert.rejects(assume(caller, arn, { externalId: 'wrong' }), denied())
      await assume(caller, arn, { externalId: 'right' })
    })

    it('are narrowed by a session policy', async () => {
      const caller = await user('narrowing')
      const { arn } = await role('wide', { AWS: caller.arn })
      const ref = { accountId, kind: 'role', name: 'wide' } as const
      await attachPolicy(identity.store, ref, 'arn:aws:iam::aws:policy/AdministratorAccess')
      const policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Action: 'kinesis:Get*', Resource: '*' },
      })
      const wide = await assume(caller, arn)
      const narrow = await assume(caller, arn, { policy })
      const callerOf = async (accessKeyId: string) => (await identity.lookup(accessKeyId))!.caller
      await identity.authorize(put(await callerOf(wide.credentials.accessKeyId)))
      await assert.rejects(
        identity.authorize(put(await callerOf(narrow.credentials.accessKeyId))),
        denied(/because no session policy allows the kinesis:PutRecord action$/),
      )
      assert.equal((await getEntity(identity.store, ref)).attributes.lastUsedAtMs, clock.now())
    })

    it('let the service in that they trust', async () => {
      const { arn } = await role('delivery', { Service: 'firehose.amazonaws.com' })
      const may = (service: string) => identity.serviceMayAssume(arn, service, accountId)
      assert.equal(await may('firehose.amazonaws.com'), true)
      assert.equal(await may('glue.amazonaws.com'), false)
      assert.equal(
        await identity.serviceMayAssume(`${arn}x`, 'glue.amazonaws.com', accountId),
        false,
      )
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
      assert.equal(
        await identity.serviceMayAssume(arn, 'firehose.amazonaws.com', '210987654321'),
        false,
        'for what another account has',
      )
    })
  })
})
