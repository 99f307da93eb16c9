//! A grid of numbers, which travels as a picture does.

use crate::picture::{Picture, PictureFormat};

/// Rows of numbers, for a heat map. A callback may return it for a property that holds a [`Picture`].
///
/// It travels as a picture does: as bytes over the page's own connection, the newest one first, and only to pages that
/// show it. A number has the precision of an `f32`. `NaN` is an absent number.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    columns: u32,
    rows: u32,
    /// Row by row.
    numbers: Vec<f32>,
}

impl Matrix {
    /// A matrix of so many columns and rows, with the number that `at` gives for a column and a row, both from 0.
    pub fn new(columns: u32, rows: u32, mut at: impl FnMut(u32, u32) -> f32) -> Self {
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        Self { columns, rows, numbers: places.map(|(column, row)| at(column, row)).collect() }
    }

    /// A matrix with these rows, the first one at the top. A row that is shorter than the longest one ends with absent
    /// numbers.
    pub fn from_rows<R: IntoIterator<Item = f32>>(rows: impl IntoIterator<Item = R>) -> Self {
        let rows: Vec<Vec<f32>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let numbers = |row: &Vec<f32>| -> Vec<f32> {
            row.iter().copied().chain(std::iter::repeat(f32::NAN)).take(columns).collect()
        };
        // A grid with more columns or rows does not fit into memory.
        let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self { columns: size(columns), rows: size(rows.len()), numbers: rows.iter().flat_map(numbers).collect() }
    }

    /// The numbers of columns and rows.
    pub fn size(&self) -> (u32, u32) {
        (self.columns, self.rows)
    }
}

impl From<Matrix> for Picture {
    /// The numbers of columns and rows, and the numbers row by row, each of four bytes in little-endian order.
    fn from(matrix: Matrix) -> Self {
        let mut bytes = Vec::with_capacity(8 + 4 * matrix.numbers.len());
        bytes.extend(matrix.columns.to_le_bytes());
        bytes.extend(matrix.rows.to_le_bytes());
        bytes.extend(matrix.numbers.iter().flat_map(|number| number.to_le_bytes()));
        Self::new(PictureFormat::Numbers, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_bytes_are_sizes_and_numbers_row_by_row() {
        let matrix = Matrix::new(2, 3, |column, row| (10 * row + column) as f32);
        assert_eq!(matrix.size(), (2, 3));
        let picture = Picture::from(matrix);
        assert_eq!(picture.format(), PictureFormat::Numbers);
        let bytes = picture.bytes();
        assert_eq!(bytes[..8], [2, 0, 0, 0, 3, 0, 0, 0]);
        let numbers: Vec<_> = bytes[8..].chunks(4).map(|four| f32::from_le_bytes(four.try_into().unwrap())).collect();
        assert_eq!(numbers, [0.0, 1.0, 10.0, 11.0, 20.0, 21.0]);
    }

    #[test]
    fn a_short_row_ends_with_absent_numbers() {
        let matrix = Matrix::from_rows([vec![1.0], vec![2.0, 3.0], vec![]]);
        assert_eq!(matrix.size(), (2, 3));
        assert_eq!(matrix.numbers.iter().filter(|number| number.is_nan()).count(), 3);
        assert_eq!((matrix.numbers[0], matrix.numbers[2], matrix.numbers[3]), (1.0, 2.0, 3.0));
        assert_eq!(Matrix::from_rows(Vec::<Vec<f32>>::new()).size(), (0, 0));
    }
}
