import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endedExecution } from './execution.fixture.ts'
import { RecentExecutions } from './recent-executions.ts'

const scope = { accountId: '000000000001', region: 'us-east-1' }

const ended = (id: string, query = 'SELECT 1') => endedExecution({ ...scope, id, query })

describe('executions that ended a moment ago', () => {
  it('are found in their own account and region alone', () => {
    const recent = new RecentExecutions()
    recent.beginning()(ended('a'))
    assert.equal(recent.find(scope, 'a')?.id, 'a')
    assert.equal(recent.find({ ...scope, accountId: '000000000002' }, 'a'), undefined)
    assert.equal(recent.find({ ...scope, region: 'eu-west-1' }, 'a'), undefined)
  })

  it('are not kept when rows were removed while they ran, in whatever order both are told', () => {
    const recent = new RecentExecutions()
    const keep = recent.beginning()
    recent.clear()
    keep(ended('removed'))
    assert.equal(recent.find(scope, 'removed'), undefined)
    recent.beginning()(ended('later'))
    assert.equal(recent.find(scope, 'later')?.id, 'later')
  })

  it('are so many, and no long ones', () => {
    const recent = new RecentExecutions()
    recent.beginning()(ended('long', `SELECT '${'x'.repeat(100_000)}'`))
    assert.equal(recent.find(scope, 'long'), undefined)
    for (let number = 0; number < 300; number += 1) recent.beginning()(ended(String(number)))
    assert.equal(recent.find(scope, '0'), undefined)
    assert.equal(recent.find(scope, '299')?.id, '299')
  })
})
