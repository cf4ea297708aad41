/** Entry of the page. */
import './style/tokens.css';
import './style/base.css';
import './style/sign-in.css';
import './style/account.css';
import './style/timeline.css';
import './style/labels.css';
import './style/control-room.css';
import './style/alarms.css';
import './style/alarm-more.css';
import './style/orders.css';
import './style/panels.css';
import './style/pages.css';
import './style/shell.css';
import './style/widgets.css';
import './style/notices.css';
import './style/cards.css';
import './style/boards.css';
import './style/permit-icon.css';
import './style/permit-layer.css';
import './style/permits.css';
import './style/alive.css';
import './style/video.css';
import { render } from 'solid-js/web';
import { App } from './app/app.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
render(() => <App />, root);
