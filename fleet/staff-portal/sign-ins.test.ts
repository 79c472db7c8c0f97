import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { createSignIns } from './sign-ins.ts'

describe('sign-ins', () => {
  it('of people who signed in outlast any number of opened links', async () => {
    const signIns = createSignIns(false, 2)
    const person = { idToken: 'x', issuer: 'x', subject: 'alex', name: 'Alex', email: '' }
    const app = new Hono()
    app.get('/open', (context) => {
      signIns.begin(context, { kind: 'comparing', userCode: 'AB-CD', loginHint: undefined, login: null })
      return context.text('')
    })
    app.get('/sign-in', (context) => {
      signIns.begin(context, { kind: 'approving', userCode: 'EF-GH', person })
      return context.text('')
    })
    app.get('/look', (context) => context.text(signIns.find(context)?.kind ?? 'nothing'))
    const cookieOf = async (path: string) => (await app.request(path)).headers.get('set-cookie')?.split(';')[0] ?? ''
    const look = async (cookie: string) => (await app.request('/look', { headers: { cookie } })).text()
    const [approving, first] = [await cookieOf('/sign-in'), await cookieOf('/open')]
    for (let count = 0; count < 3; count++) await cookieOf('/open')
    expect([await look(approving), await look(first)]).toEqual(['approving', 'nothing'])
  })
})
