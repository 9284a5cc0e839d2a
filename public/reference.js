/* The API reference: Swagger UI with a choice of documents, a checked credential, badges and folded errors. */
'use strict';

const DOCUMENTS = ['Integration', 'Account', 'Management'];
const addressOf = (name) => `/openapi/${name.toLowerCase()}.json`;

/** What callers of each document prove themselves with, and the call that tells whose credential it is. */
const CREDENTIALS = {
  Integration: {
    label: 'Integration token',
    form: /^eudr_live_[0-9a-f]{48}$/,
    shape: 'eudr_live_ and 48 hex digits',
    check: '/api/v1/integration/auth/test',
    schemes: ['integrationToken'],
  },
  Account: {
    label: 'Access token or personal token',
    form: /^(eudr_pat_\w+|[\w-]+\.[\w-]+\.[\w-]+)$/,
    shape: 'the access_token of a sign-in, or eudr_pat_…',
    check: '/apiops/projects',
    schemes: ['signIn', 'personalToken'],
  },
  Management: {
    label: 'Personal token',
    form: /^(eudr_pat_\w+|[\w-]+\.[\w-]+\.[\w-]+)$/,
    shape: 'eudr_pat_…, or the access_token of a sign-in',
    check: '/apiops/projects',
    schemes: ['personalToken', 'signIn'],
  },
};
/** How a credential of another kind is recognised. */
const KINDS = [
  [/^eudr_live_/, 'an integration token: choose "Integration"'],
  [/^eudr_pat_/, 'a personal token: choose "Account" or "Management"'],
  [/^eudr_inv_/, 'an invitation: open its link instead'],
  [/^whsec_/, "a webhook's secret: it signs webhooks and opens no call"],
  [/^[\w-]+\.[\w-]+\.[\w-]+$/, 'an access token of a sign-in: choose "Account" or "Management"'],
];

let ui;
let current = DOCUMENTS[0];

/** An element with attributes and children; texts are never read as HTML. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function showChoice() {
  const buttons = DOCUMENTS.map((name) =>
    element(
      'button',
      { type: 'button', 'aria-pressed': String(name === current), onclick: () => open(name) },
      name,
    ),
  );
  const source = element('a', { href: addressOf(current) }, 'OpenAPI document');
  document.getElementById('documents').replaceChildren(...buttons, source);
}

function showCredential() {
  const { label, shape } = CREDENTIALS[current];
  const said = element('output', { 'aria-live': 'polite' });
  const field = element('input', {
    id: 'credential-field',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    placeholder: shape,
  });
  const form = element(
    'form',
    {
      onsubmit: (event) => {
        event.preventDefault();
        void authorize(field.value.trim(), said);
      },
    },
    element('label', { for: 'credential-field' }, label),
    field,
    element('button', {}, 'Authorize'),
    said,
  );
  say(said, 'It is kept in this page only, and is gone when you reload.');
  document.getElementById('credential').replaceChildren(form);
}

/** Refuses what cannot be right, asks the server about the rest, and only then uses it. */
async function authorize(credential, said) {
  const { form, shape, check, schemes } = CREDENTIALS[current];
  if (!form.test(credential)) {
    const [, kind] = KINDS.find(([pattern]) => pattern.test(credential)) ?? [];
    return say(said, kind ? `This is ${kind}.` : `This is not ${shape}.`, true);
  }
  try {
    const response = await fetch(check, { headers: { Authorization: `Bearer ${credential}` } });
    const body = await response.json();
    if (!response.ok) return say(said, messageOf(body), true);
    for (const scheme of schemes) ui.preauthorizeApiKey(scheme, credential);
    say(said, acceptedText(body));
  } catch {
    say(said, 'The server does not answer. Try again.', true);
  }
}

function acceptedText({ company, token, resultList = [] }) {
  if (!token) return `Accepted: ${resultList.map(({ name }) => `company ${name}`).join(', ')}.`;
  const { scopes, expiresAt } = token;
  const lasts = expiresAt ? `it expires on ${expiresAt.slice(0, 10)}` : 'it does not expire';
  return `Accepted: company ${company}, ${lasts}. Scopes: ${scopes.map(shortName).join(', ')}.`;
}

/** A scope or role without what all of them begin with. */
function shortName(name) {
  return name.replace(/^integration:/, '').replace(/^ROLE_/, '');
}

function messageOf(body) {
  return body.message ?? body.error_description ?? body.errors?.[0]?.detail ?? 'The server refuses it.';
}

function say(output, text, isWrong = false) {
  output.textContent = text;
  output.classList.toggle('wrong', isWrong);
}

const REQUIRED = ['x-required-scopes', 'x-required-scopes-any', 'x-required-roles-any'];

/** What a call must hold, of an Immutable map. */
function requiredBy(operation) {
  return REQUIRED.flatMap((key) => operation?.get(key)?.toJS() ?? []).map(shortName);
}

/** Whether all words of a search stand in what is shown of a call. */
function matches(operation, phrase) {
  const shown = [
    operation.get('method'),
    operation.get('path'),
    operation.getIn(['operation', 'summary']),
    ...requiredBy(operation.get('operation')),
  ];
  const text = shown.join(' ').toLowerCase();
  return phrase
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A plugin for Swagger UI: scopes or roles stand in a call's row, errors are one line each, and the search finds calls. */
function ourPlugin({ React }) {
  const h = React.createElement;
  return {
    fn: {
      opsFilter: (tags, phrase) =>
        tags
          .map((tag) => tag.update('operations', (calls) => calls.filter((call) => matches(call, phrase))))
          .filter((tag) => tag.get('operations').size > 0),
    },
    components: {
      FilterContainer: ({ layoutSelectors, layoutActions }) =>
        h('input', {
          className: 'search',
          type: 'search',
          'aria-label': 'Search calls',
          placeholder: 'Search calls by path, words or scope',
          value: typeof layoutSelectors.currentFilter() === 'string' ? layoutSelectors.currentFilter() : '',
          onChange: ({ target }) => layoutActions.updateFilter(target.value || true),
        }),
    },
    wrapComponents: {
      OperationSummary:
        (Original, { specSelectors }) =>
        (props) => {
          const { operationProps } = props;
          const at = ['paths', operationProps.get('path'), operationProps.get('method')];
          const names = requiredBy(specSelectors.specJson().getIn(at));
          const badges = names.map((name) => h('span', { className: 'badge', key: name }, name));
          return h(
            'div',
            { className: 'row' },
            h(Original, props),
            badges.length > 0 && h('div', { className: 'badges' }, badges),
          );
        },
      headers: (Original) => (props) => h('details', null, h('summary', null, 'Headers'), h(Original, props)),
      responses: (Original) => (props) => {
        const isError = (_, status) => !/^[123]/.test(status);
        const errors = props.responses.filter(isError).entrySeq().toArray();
        return h(
          React.Fragment,
          null,
          h(Original, { ...props, responses: props.responses.filterNot(isError) }),
          errors.length > 0 &&
            h(
              'details',
              { className: 'errors responses-wrapper' },
              h('summary', null, 'Errors'),
              h(
                'ul',
                null,
                errors.map(([status, response]) => h('li', { key: status }, errorLine(h, status, response))),
              ),
            ),
        );
      },
    },
  };
}

function errorLine(h, status, response) {
  const codes = response.get('x-error-codes')?.toJS?.() ?? [];
  const links = codes.flatMap((code, index) => [
    index > 0 ? ', ' : ' ',
    h('a', { key: code, href: `/docs/errors#${code.toUpperCase()}` }, code),
  ]);
  return [h('strong', { key: status }, status === 'default' ? 'Any call' : status), ...links];
}

function open(name) {
  current = name;
  showChoice();
  showCredential();
  ui = window.SwaggerUIBundle({
    url: addressOf(name),
    dom_id: '#calls',
    presets: [window.SwaggerUIBundle.presets.apis],
    plugins: [window.SwaggerUIBundle.plugins.DownloadUrl, ourPlugin],
    deepLinking: true,
    filter: true,
    requestSnippetsEnabled: true,
    tryItOutEnabled: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: -1,
    persistAuthorization: false,
    docExpansion: 'list',
    syntaxHighlight: { activate: true },
    validatorUrl: null,
  });
}

document
  .getElementById('reference')
  .append(
    element('div', { class: 'documents', id: 'documents', role: 'group', 'aria-label': 'Part of the API' }),
    element('section', { id: 'credential', 'aria-label': 'Authorize' }),
    element('div', { id: 'calls' }),
  );
open(current);
