// Sorts the table of submissions by a click on a column's head. Without scripts the table is complete, only not sorted.
for (const table of document.querySelectorAll('#submissions')) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const byNumber = head.dataset.by === 'number';
    const key = (row) => {
      // A submission that was not graded has one wide cell in place of several.
      const cell = row.cells[Math.min(column, row.cells.length - 1)];
      return byNumber ? Number(cell.dataset.order) : cell.textContent.trim();
    };
    const compare = (a, b) => (byNumber ? key(b) - key(a) : key(a).localeCompare(key(b)));
    const button = document.createElement('button');
    button.type = 'button';
    button.title = 'Sort by this column';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const again = head.getAttribute('aria-sort') === (byNumber ? 'descending' : 'ascending');
      const rows = [...body.rows].sort(again ? (a, b) => compare(b, a) : compare);
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', again === byNumber ? 'ascending' : 'descending');
      body.append(...rows);
    });
  });
}
