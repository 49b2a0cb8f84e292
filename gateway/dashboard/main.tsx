import './styles/tokens.css';
import './styles/base.css';
import './styles/page.css';
import './styles/table.css';
import './styles/tiles.css';
import './styles/drawer.css';
import './styles/flow.css';
import { render } from 'preact';
import { openSession } from './state/session.ts';
import { openView } from './state/view.ts';
import { Page } from './ui/Page.tsx';

openView();
void openSession();

const page = document.getElementById('page');
if (page !== null) {
  page.replaceChildren();
  render(<Page />, page);
}
