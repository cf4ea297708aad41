/** Where pictures of cameras come from: the park sets it, ops reads it. */
import { createResource, createSignal, Show } from 'solid-js';
import type { CascadeView } from '../../stream/protocol/permit-api.ts';
import { ApiError } from '../app/api.ts';
import { Icon } from '../app/marks.tsx';
import type { PageProps } from '../app/pages.ts';
import { useTranslate } from '../i18n/i18n.ts';
import { PageFrame } from '../pages/page-frame.tsx';
import { openVideo } from './open-video.ts';
import { videoClient } from './video-client.ts';

export function CascadePage(props: PageProps) {
  const t = useTranslate();
  const [view, { mutate, refetch }] = createResource(() => videoClient.cascade());
  const known = (): CascadeView | undefined => (view.error === undefined ? view() : undefined);
  return (
    <PageFrame title="cascade.title" tabs={[]} tab="" onTab={() => undefined}>
      <section class="cascade">
        <p>{t('cascade.lead')}</p>
        <Show when={view.error !== undefined}>
          <p class="form-error" role="alert">
            {t('cascade.loadFailed')}{' '}
            <button type="button" class="button small" onClick={() => void refetch()}>
              {t('retry')}
            </button>
          </p>
        </Show>
        <Show when={known()} keyed>
          {(now) => (
            <CascadeForm
              view={now}
              mayChange={props.session.role === 'park'}
              onSaved={mutate}
              onConflict={() => void refetch()}
            />
          )}
        </Show>
        <Show when={props.session.role === 'park'}>
          <TryCamera />
        </Show>
      </section>
    </PageFrame>
  );
}

/** Whether what was set gives a picture, of one camera. */
function TryCamera() {
  const t = useTranslate();
  const [code, setCode] = createSignal('');
  return (
    <form
      class="cascade-try"
      onSubmit={(event) => {
        event.preventDefault();
        openVideo({ title: t('cascade.tryOne'), cameraCodes: [code()] });
      }}
    >
      <label class="field">
        <span>{t('cascade.tryCode')}</span>
        <input
          type="text"
          inputmode="numeric"
          maxLength={20}
          value={code()}
          onInput={(event) => setCode(event.currentTarget.value.trim())}
        />
      </label>
      <button type="submit" class="button" disabled={!/^\d{20}$/.test(code())}>
        <Icon name="camera" /> {t('cascade.tryOne')}
      </button>
    </form>
  );
}

function CascadeForm(props: {
  view: CascadeView;
  mayChange: boolean;
  onSaved: (view: CascadeView) => void;
  onConflict: () => void;
}) {
  const t = useTranslate();
  const { version, ...held } = props.view;
  const [value, setValue] = createSignal(held);
  const [reason, setReason] = createSignal('');
  const [problem, setProblem] = createSignal('');
  const [isBusy, setBusy] = createSignal(false);
  const isChanged = (): boolean => JSON.stringify(value()) !== JSON.stringify(held);
  const save = async (): Promise<void> => {
    setBusy(true);
    setProblem('');
    try {
      props.onSaved(await videoClient.setCascade({ ...value(), expectedVersion: version, reason: reason().trim() }));
    } catch (failure) {
      const isKnown = failure instanceof ApiError;
      if (isKnown && failure.code === 'CONFLICT') props.onConflict();
      const why = isKnown ? failure.detail || failure.code : String(failure);
      setProblem(isKnown && failure.code === 'CONFLICT' ? t('cascade.conflict') : t('cascade.failed', { reason: why }));
    } finally {
      setBusy(false);
    }
  };
  const text = (name: 'template' | 'recordingTemplate' | 'platformCode', label: string, help: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="text"
        maxLength={512}
        value={value()[name]}
        readonly={!props.mayChange}
        onInput={(event) => setValue({ ...value(), [name]: event.currentTarget.value.trim() })}
      />
      <small>{help}</small>
    </label>
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label class="field">
        <span>{t('cascade.adapter')}</span>
        <select
          value={value().adapter}
          disabled={!props.mayChange}
          onChange={(event) => setValue({ ...value(), adapter: event.currentTarget.value as CascadeView['adapter'] })}
        >
          <option value="template">{t('cascade.template')}</option>
          <option value="local">{t('cascade.local')}</option>
        </select>
      </label>
      {text('template', t('cascade.live'), t('cascade.playable'))}
      {text('recordingTemplate', t('cascade.recording'), t('cascade.recordingHelp'))}
      {text('platformCode', t('cascade.platform'), t('cascade.platformHelp'))}
      <Show when={problem() !== ''}>
        <p class="form-error" role="alert">
          {problem()}
        </p>
      </Show>
      <p class="hint">{version === 0 ? t('cascade.unset') : t('cascade.version', { version })}</p>
      <Show when={props.mayChange}>
        <div class="save-bar">
          <label class="field">
            <span>{t('cascade.reason')}</span>
            <input
              type="text"
              maxLength={300}
              value={reason()}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="button primary" disabled={isBusy() || !isChanged() || reason().trim() === ''}>
            {t('cascade.save')}
          </button>
        </div>
      </Show>
    </form>
  );
}
