/** The reception app: who visits today, checked in and out. Never sees an access token: the kiosk adds it on the way out. */
import { offerKeyboard } from './keyboard.js'

const api = document.body.dataset.api
const RETRY_MS = 3_000

const find = (id) => document.getElementById(id)
const [greeting, duty, clock, hosts, visits, count, notice, form] = [
  ...['greeting', 'duty', 'clock', 'hosts', 'visits', 'count', 'notice', 'check-in'].map(find),
]
let host = null

class ApiError extends Error {
  constructor(status) {
    super(`the API answered ${status}`)
    this.status = status
  }
}

/** A token that has just run out is renewed by the kiosk while the API's answer is on its way: the second try has it. */
async function ask(path, body) {
  const request = () =>
    fetch(`${api}${path}`, {
      ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
  let answer = await request()
  if (answer.status === 401) answer = await request()
  if (!answer.ok) throw new ApiError(answer.status)
  return answer.json()
}

function element(name, className, text = '') {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

const timeOf = (moment) =>
  new Date(moment).toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false })

function visitRow({ id, name, company, host: seen, arrivedAt, leftAt }) {
  const row = element('li', 'visit')
  row.dataset.left = String(leftAt !== null)
  const who = element('div', 'visit-who')
  who.append(
    element('p', 'visit-name', name),
    element('p', 'visit-more', [company, `for ${seen}`].filter(Boolean).join(' · ')),
  )
  const span = leftAt === null ? timeOf(arrivedAt) : `${timeOf(arrivedAt)} – ${timeOf(leftAt)}`
  row.append(who, element('p', 'visit-time', span))
  if (leftAt === null) {
    const leave = element('button', 'leave', 'Check out')
    leave.type = 'button'
    leave.setAttribute('aria-label', `Check out ${name}`)
    leave.addEventListener('click', () => act(leave, () => ask(`/visits/${id}/leave`, {})))
    row.append(leave)
  }
  return row
}

async function showVisits() {
  const list = await ask('/visits')
  visits.replaceChildren(...list.map(visitRow))
  count.textContent = `${list.filter(({ leftAt }) => leftAt === null).length} in the building`
}

/** @returns whether it worked; the button is dead meanwhile, so that one press is one visitor */
async function act(button, work) {
  button.disabled = true
  try {
    await work()
    await showVisits()
    return true
  } catch (error) {
    notice.textContent =
      error instanceof ApiError && error.status === 403
        ? 'You may not do that.'
        : 'That did not work. Please try again.'
    return false
  } finally {
    button.disabled = false
  }
}

function chooseHost(name) {
  host = name
  for (const chip of hosts.children) chip.setAttribute('aria-pressed', String(chip.textContent === name))
}

function showHosts(names) {
  hosts.replaceChildren(
    ...names.map((name) => {
      const chip = element('button', 'chip', name)
      chip.type = 'button'
      chip.addEventListener('click', () => chooseHost(name))
      return chip
    }),
  )
  chooseHost(names[0])
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { name, company } = form.elements
  const visitor = { name: name.value.trim(), company: company.value.trim(), host }
  name.setAttribute('aria-invalid', String(visitor.name === ''))
  if (visitor.name === '') {
    name.focus()
    return
  }
  notice.textContent = ''
  if (!(await act(form.querySelector('.primary'), () => ask('/visits', visitor)))) return
  form.reset()
  document.activeElement?.blur()
  notice.textContent = `${visitor.name} is checked in. ${host} knows.`
})

function tick() {
  clock.textContent = timeOf(Date.now())
}

async function begin() {
  try {
    const { givenName, name, scopes } = await ask('/me')
    const hour = new Date().getHours()
    const time = hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening'
    greeting.textContent = `Good ${time}, ${givenName}`
    duty.textContent = `${name} is on duty`
    form.hidden = !scopes.includes('visits.write')
    showHosts(await ask('/hosts'))
    await showVisits()
  } catch (error) {
    duty.textContent = 'The visitor list cannot be reached. Trying again.'
    setTimeout(begin, RETRY_MS)
    console.error(error)
  }
}

offerKeyboard(find('keyboard'))
tick()
setInterval(tick, 10_000)
begin()
